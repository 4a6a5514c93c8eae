import type { Clock, Language, Vault } from "../../platform/index.ts";
import { PublicEvent } from "../catalogue/public-event.ts";
import { openTarget } from "../endpoints/stored-webhook.ts";
import type { Shipment } from "../kinds/kind.ts";
import type { Target } from "../kinds/target.ts";
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
 * Makes of what is stored everything that an attempt needs. One packer is for one message: what is the same for all of its deliveries is opened once.
 * What it answers is refused with an AppError when something of the endpoint's settings does not work any more, in words for whoever edits it.
 */
export function createPacker({ vault, publicUrl, now }: PackingDeps): (parcel: Parcel, circumstances: Circumstances) => Promise<Shipment> {
  const opened = new Map<string, Promise<Target>>();
  const openOnce = (parcel: Parcel): Promise<Target> => {
    const name = `${parcel.webhookId} ${parcel.sealedTarget}`;
    const opening = opened.get(name) ?? openTarget({ vault }, { id: parcel.webhookId, sealedTarget: parcel.sealedTarget });
    opened.set(name, opening);
    return opening;
  };
  return async (parcel, { language, mayHaveArrived }) => {
    const { deliveryId, webhookId, kind, options, subject, ticket } = parcel;
    const target = await openOnce(parcel);
    const event = PublicEvent.parse(JSON.parse(parcel.payload));
    const templated = parcel.template === null ? undefined : await renderTemplate(parcel.template, kind, event);
    return { deliveryId, webhookId, event, subject, target, options, templated, language, publicUrl, mayHaveArrived, ticket, now: now() };
  };
}
