export { type CloseReason, closeReasons } from "./close-reasons.ts";
export { createAuditTeller } from "./following/audit-teller.ts";
export { createCoalescer } from "./following/coalescer.ts";
export { createJobTeller } from "./following/job-teller.ts";
export type { ProgressPublisher } from "./following/progress-publisher.ts";
export { publicationsOf, publishAll } from "./following/publications.ts";
export { createTopicLog, type TopicLog } from "./following/topic-log.ts";
export type { Closing, Live, OnlineUser, Publication } from "./live.ts";
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
export { listOnlineUsers } from "./online/list-online-users.ts";
export { OnlineMember, OnlineMemberList } from "./online/schemas.ts";
export { Arrival, ArrivalRefusal, arrivalHeader, readArrival, writeArrival } from "./shard/arrival.ts";
export { tagsOf } from "./shard/arrivals.ts";
export type { Peer } from "./shard/front.ts";
export { createOnlineUsers, type OnlineUsers } from "./shard/online-users.ts";
export { type Place, placeName } from "./shard/place.ts";
export type { FrontDesk } from "./shard/shard-deps.ts";
export { findPlace } from "./shard/shard-state.ts";
export { maxShards, shardOf } from "./shard-of.ts";
export { admit, badTicket } from "./tickets/admit.ts";
export { closeChanged } from "./tickets/close-changed.ts";
export { deviceOf } from "./tickets/device-of.ts";
export { findEndedActors } from "./tickets/ended-actors.ts";
export { issueTicket } from "./tickets/issue-ticket.ts";
export { IssuedTicket, IssueTicketInput } from "./tickets/schemas.ts";
export { partsOf, Topic, type TopicKind } from "./topics.ts";
