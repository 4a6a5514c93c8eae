import { z } from "zod";
import { Millis, Text } from "../../platform/index.ts";
import { TabId } from "../shard/sockets/arrival.ts";

export const IssueTicketInput = z
  .strictObject({
    tabId: TabId.optional().describe("Names the tab, such as a UUID that it keeps while it is open: its new socket takes the place of its old one"),
  })
  .meta({ id: "IssueTicketInput" });
export type IssueTicketInput = z.infer<typeof IssueTicketInput>;

export const IssuedTicket = z
  .object({
    ticket: Text(2_000).describe("Opens one socket at `/ws?ticket=`"),
    expiresAt: Millis.describe("When it is no good any more, in milliseconds since 1970, UTC"),
  })
  .meta({ id: "IssuedTicket" });
export type IssuedTicket = z.infer<typeof IssuedTicket>;
