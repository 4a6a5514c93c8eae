import { DurableObject } from "cloudflare:workers";

export class OnlineTotals extends DurableObject<Env> {}
