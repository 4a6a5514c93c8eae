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
export { closeChanged } from "./rights/close-changed.ts";
export { closeInWith, findWorkspacesOf } from "./rights/close-everywhere.ts";
export { findRights } from "./rights/rights.ts";
export type { Peer } from "./shard/front.ts";
export { createOnlineUsers, type OnlineUsers } from "./shard/online-users.ts";
export { type Place, placeName } from "./shard/place.ts";
export type { FrontDesk } from "./shard/shard-deps.ts";
export { findPlace } from "./shard/shard-state.ts";
export { Arrival, ArrivalRefusal, arrivalHeader, readArrival, writeArrival } from "./shard/sockets/arrival.ts";
export { tagsOf } from "./shard/sockets/arrivals.ts";
export { burst as messagesAtOnce, clientMessagesPerSecond as messagesPerSecond } from "./shard/sockets/message-rate.ts";
export { maxShards, shardOf } from "./shard-of.ts";
export { admit, badTicket } from "./tickets/admit.ts";
export { issueTicket } from "./tickets/issue-ticket.ts";
export { IssuedTicket, IssueTicketInput } from "./tickets/schemas.ts";
export { Topic } from "./topics.ts";
