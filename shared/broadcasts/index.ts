export { Audience, Broadcast } from "./schemas.ts";
