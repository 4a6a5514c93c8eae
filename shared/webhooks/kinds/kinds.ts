import type { WebhookKind } from "../webhook-kind.ts";
import { discord } from "./discord/discord.ts";
import { http } from "./http/http.ts";
import { jira } from "./jira/jira.ts";
import type { Kind } from "./kind.ts";
import { pagerduty } from "./pagerduty/pagerduty.ts";
import { slack } from "./slack/slack.ts";
import { teams } from "./teams/teams.ts";
import { trello } from "./trello/trello.ts";

/** How events get to each kind of receiver. */
export const kinds: Readonly<Record<WebhookKind, Kind>> = { http, slack, teams, jira, trello, discord, pagerduty };
