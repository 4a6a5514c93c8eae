export { newApiKey, parseApiKey } from "./api-key.ts";
export { fromBase64, toBase64Url } from "./base64.ts";
export { type Clock, dayAt, dayMs, hourMs, minuteMs, secondMs, systemClock } from "./clock.ts";
export { commit, commitOr, guarded, refuseWhere, type Statement } from "./commit.ts";
export { commitAsOperator } from "./commit-as-operator.ts";
export { configOf, parseConfig } from "./config.ts";
export { mostConnections } from "./connections.ts";
export {
  type Actor,
  type Claim,
  type Context,
  type DueJob,
  type KeyActor,
  type PersonContext,
  type RightsChange,
  requirePermission,
  type VisitorContext,
} from "./context.ts";
export { csvHead, csvRow } from "./csv.ts";
export { decodeCursor, encodeCursor, pageOf } from "./cursor.ts";
export {
  checkUrl,
  discard,
  EgressError,
  type EgressPolicy,
  type EgressResponse,
  egressFetch,
  hostOf,
  isAddress,
  isLoopbackUrl,
  narrowTo,
} from "./egress/index.ts";
export { errorFields } from "./error-fields.ts";
export { AppError, type ErrorCode, errorCodes, type FieldError } from "./errors.ts";
export {
  type DatedEvent,
  EventMessage,
  type EventType,
  findEvent,
  findUnhandledBefore,
  findUnhandledEvent,
  markHandled,
  recordDirectoryEvent,
  recordEvent,
  recordEventWhere,
  type StoredEvent,
  sendEvents,
  sweepEvents,
} from "./events.ts";
export { createGather } from "./gather.ts";
export { sha256, sha256Hex, toHex } from "./hash.ts";
export { type Html, html, trusted } from "./html.ts";
export { derivedId, derivedIdAt, type IdKind, idPattern, idsSince, kindOf, newId, timeOf } from "./ids.ts";
export { blockContains, type IpBlock, parseIpAddress, parseIpBlock, writeIpBlock } from "./ip-blocks.ts";
export { createKeyring } from "./keyring.ts";
export { type Language, languages } from "./language.ts";
export { createLazyTables, type LazyTables } from "./lazy-tables.ts";
export { type LimitName, limitNames, maxLimit } from "./limit-names.ts";
export type { LimitSettings } from "./limit-settings.ts";
export { createLog, type Log } from "./log.ts";
export type { MailSender, MailSettings } from "./mail-settings.ts";
export { mentionsAddress } from "./mentions-address.ts";
export { nearest } from "./nearest.ts";
export { isOperatorPermission, type OperatorPermission, type Permission, permissions } from "./permissions.ts";
export { printable, printableJson } from "./printable.ts";
export { isToken, newToken } from "./random-token.ts";
export { reportFault } from "./report-fault.ts";
export { backoffMs, backoffSeconds } from "./retry.ts";
export { retryAfterMs } from "./retry-after.ts";
export { Secret } from "./secret.ts";
export { createSemaphore } from "./semaphore.ts";
export { clockToleranceMs, readToken, signToken, type TokenKind } from "./signed-token.ts";
export { sizeInWords } from "./size.ts";
export { spread } from "./spread.ts";
export { TimedListQuery, timeOrder } from "./time-order.ts";
export { createVault, type Vault } from "./vault.ts";
export { requireVersion, versionClash } from "./version.ts";
export { AnyUrl, Count, Id, ListQuery, listOf, Millis, Name, Percent, Text, Version } from "./wire.ts";
