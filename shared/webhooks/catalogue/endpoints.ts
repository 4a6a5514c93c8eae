import { and, eq } from "drizzle-orm";
import { z } from "zod";
import { readTogether } from "../../db/read-together.ts";
import { webhooks } from "../../db/schema/index.ts";
import { Id, Millis, Text } from "../../platform/index.ts";
import { WebhookKind } from "../webhook-kind.ts";
import { entry, type PresentDeps } from "./entry.ts";

const ofEndpoint = {
  webhookId: Id("webhook").describe("Id of the endpoint"),
  name: Text(200).nullable().describe("What people call it; null where nobody said"),
  kind: WebhookKind.describe("What is told there"),
  host: Text(300).describe("Where it is; the rest of its address may be a credential"),
};
const Failing = z.strictObject({ ...ofEndpoint, since: Millis.describe("Since when nothing has arrived") });
const Disabled = z.strictObject({
  ...ofEndpoint,
  reason: z
    .enum(["gone", "failing"])
    .describe(
      "`gone`: it said that it takes nothing more, ever (410; of Discord also an unknown webhook, of Teams a retired connector); `failing`: nothing arrived for five days",
    ),
});

const subjectOf = ({ webhookId }: { readonly webhookId: string }): string => `webhook:${webhookId}`;

const exampleOf = { webhookId: "whk_01kaq3v8e0000000000000000w", name: "Deployments", kind: "http", host: "hooks.shop.example" } as const;

/** What becomes of endpoints; of none of these is the endpoint itself told. */
export const endpointEntries = {
  "webhook.failing": entry("webhook.failing", {
    version: 1,
    data: Failing,
    example: { ...exampleOf, since: 1_795_078_800_000 },
    description: {
      en: "Nothing that was sent to an endpoint has arrived for a day. It is told once more after three days; after five the endpoint is disabled.",
      es: "Nada de lo enviado a un destino ha llegado desde hace un día. Se avisa de nuevo tras tres días; tras cinco, el destino se desactiva.",
    },
    severity: "warning",
    subjectOf,
    present,
  }),
  "webhook.disabled": entry("webhook.disabled", {
    version: 1,
    data: Disabled,
    example: { ...exampleOf, reason: "failing" },
    description: {
      en: "An endpoint was disabled because nothing arrived for five days, or at once because it said that it takes nothing more, ever: with 410 Gone, as an unknown webhook of Discord or as a retired connector of Teams. Nothing is sent to it until somebody enables it again.",
      es: "Se ha desactivado un destino porque nada llegó durante cinco días o de inmediato porque dijo que ya no acepta nada más: con 410 Gone, como webhook desconocido de Discord o como conector retirado de Teams. No se le envía nada hasta que alguien lo active de nuevo.",
    },
    severity: "error",
    subjectOf,
    present,
  }),
} as const;

async function present<D extends { readonly webhookId: string }>({ db }: PresentDeps, of: { readonly workspaceId: string; readonly data: D }) {
  const { workspaceId, data } = of;
  const where = and(eq(webhooks.id, data.webhookId), eq(webhooks.workspaceId, workspaceId));
  const { name, kind, shownUrl: shown } = webhooks;
  const [row] = await readTogether(db, db.select({ name, kind, shownUrl: shown }).from(webhooks).where(where));
  if (row === undefined) return null;
  const { shownUrl, ...endpoint } = row;
  return { data: { ...data, ...endpoint, host: new URL(shownUrl).host }, origin: null };
}
