import type { Clock, Language, Vault } from "../../platform/index.ts";
import { PublicEvent } from "../catalogue/public-event.ts";
import type { Shipment } from "../kinds/kind.ts";
import { kindSettings } from "../kinds/settings.ts";
import { Target } from "../kinds/target.ts";
import type { Parcel } from "./read-parcels.ts";
import { renderTemplate } from "./render-template.ts";

interface PackingDeps {
  readonly vault: Vault;
  readonly publicUrl: string;
  readonly now: Clock;
}

interface Circumstances {
  /** Of the workspace. */
  readonly language: Language;
  readonly mayHaveArrived: boolean;
}

/**
 * Everything that an attempt needs, from what is stored.
 * @throws AppError when something of the endpoint's settings does not work any more, in words for whoever edits it
 */
export async function toShipment({ vault, publicUrl, now }: PackingDeps, parcel: Parcel, { language, mayHaveArrived }: Circumstances): Promise<Shipment> {
  const { deliveryId, webhookId, kind, subject, ticket } = parcel;
  const target = Target.parse(JSON.parse(await vault.open(parcel.sealedTarget, webhookId)));
  const options = kindSettings[kind].options.parse(parcel.options);
  const event = PublicEvent.parse(JSON.parse(parcel.payload));
  const templated = parcel.template === null ? undefined : await renderTemplate(parcel.template, kind, event);
  return { deliveryId, webhookId, event, subject, target, options, templated, language, publicUrl, mayHaveArrived, ticket, now: now() };
}
