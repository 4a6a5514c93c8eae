import { ApiProblem } from "../../client/index.ts";
import type { Webhook } from "../../shared/webhooks/index.ts";
import { UsageError } from "../errors.ts";
import { complaintsOf } from "../explain.ts";

interface Sample {
  readonly credentials: string;
  /** What else such a kind must be told. */
  readonly rest: string;
}

/** Of the kinds that ask for credentials. */
const samples: Readonly<Partial<Record<Webhook["kind"], Sample>>> = {
  jira: {
    credentials: '{"email": "ada@example.com", "token": "…"}',
    rest: '"kind": "jira", "url": "https://example.atlassian.net", "options": {"projectKey": "SHOP"}, "events": ["finding.opened"]',
  },
  trello: {
    credentials: '{"key": "…", "token": "…"}',
    rest: '"kind": "trello", "options": {"listId": "5abbe4b7ddc1b351ef961414"}, "events": ["finding.opened"]',
  },
  pagerduty: { credentials: '{"routingKey": "…"}', rest: '"kind": "pagerduty", "events": ["audit.failed"]' },
};

interface About {
  /** Undefined where it is not known. */
  readonly kind: Webhook["kind"] | undefined;
  /** Whether the endpoint is yet to be made. */
  readonly isNew: boolean;
}

/** Does what gives an endpoint its settings. What the server finds wrong with them is thrown as a `UsageError` that says what to do where it is known. */
export async function withAdvice<T>(about: About, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    throw thrown instanceof ApiProblem ? mended(thrown, about) : thrown;
  }
}

function mended(problem: ApiProblem, about: About): Error {
  const { code, errors } = problem;
  const isWrongInput = (code === "invalid" || code === "egress_refused") && errors.length > 0;
  if (!isWrongInput) return problem;
  const isOf = (field: string): boolean => errors.some(({ path }) => path.startsWith(`body.${field}`));
  const advice = [...(isOf("events") ? ["mentha webhooks events lists the types of events."] : []), ...(isOf("credentials") ? credentialsAdvice(about) : [])];
  return new UsageError([complaintsOf(errors), ...advice].join("\n"), { cause: problem });
}

function credentialsAdvice({ kind, isNew }: About): string[] {
  const sample = kind && samples[kind];
  if (sample === undefined) return [];
  const { credentials, rest } = sample;
  return [
    `No command line should hold credentials: write them into a file, such as ${kind}.json, and give it with --from ${kind}.json:`,
    isNew ? `{${rest},\n "credentials": ${credentials}}` : `{"credentials": ${credentials}}`,
  ];
}
