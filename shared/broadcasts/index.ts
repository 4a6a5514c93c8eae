export { createBroadcast } from "./create-broadcast.ts";
export { deliverBroadcast } from "./deliver-broadcast.ts";
export { endBroadcast } from "./end-broadcast.ts";
export { findBroadcasts, listBroadcasts } from "./queries.ts";
export { Broadcast, BroadcastList, CreateBroadcastInput, ListBroadcastsQuery } from "./schemas.ts";
