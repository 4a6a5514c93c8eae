export { type CloseReason, closeReasons } from "./close-reasons.ts";
export { type Closing, type Device, devices, type Live, type OnlineUser, type Publication } from "./live.ts";
export {
  acknowledgeEvery,
  ClientMessage,
  heartbeatSeconds,
  LiveEvent,
  maxClientMessage,
  ping,
  pong,
  protocol,
  ServerMessage,
  TopicMessage,
} from "./messages.ts";
export { maxShards, shardOf } from "./shard-of.ts";
export { partsOf, Topic, type TopicKind } from "./topics.ts";
