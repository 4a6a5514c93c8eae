import { DurableObject } from "cloudflare:workers";

export class OnlineUsers extends DurableObject<Env> {}
