import { describe, expect, it } from "vitest";
import { z } from "zod";
import page from "../../../../docs/integrations.md?raw";
import { publicEventTypes } from "../../../../shared/webhooks/catalogue/public-event.ts";
import { checkInput } from "../../../../shared/webhooks/endpoints/check-input.ts";
import { CreateWebhookInput } from "../../../../shared/webhooks/endpoints/schemas.ts";
import { kindSettings } from "../../../../shared/webhooks/kinds/settings.ts";
import { webhookKinds } from "../../../../shared/webhooks/webhook-kind.ts";

const production = { egress: { allow: [], allowLoopback: false }, environment: "production" } as const;

/** What stands for `…` in the examples: credentials as the vendors make them. */
const secret = "R0123456789abcdefghijklmnopqrstu";
const bodies = [...page.matchAll(/\/api\/v1\/webhooks -d '([^']*)'/g)].map(([, text = ""]) => text);
const commands = [...page.matchAll(/^npx mentha webhooks create --kind (\w+) --url '?(\S+?)'? --events (\S+)$/gm)];
const examples = [
  ...bodies.map((text): unknown => JSON.parse(text.replaceAll('"…"', `"${secret}"`))),
  ...commands.map(([, kind, url, events = ""]) => ({ kind, url, events: events.split(",") })),
].map((body) => CreateWebhookInput.parse(body));

describe("docs/integrations.md", () => {
  it("shows how to make an endpoint of every kind but http", () => {
    expect(examples.map(({ kind }) => kind).toSorted()).toEqual(webhookKinds.filter((kind) => kind !== "http").toSorted());
  });

  it.each(examples)("shows an endpoint of the kind $kind that may be made", ({ kind, ...input }) => {
    const given = { ...input, credentials: input.credentials ?? {}, options: input.options ?? {} };
    expect(() => checkInput(production, kind, given)).not.toThrow();
    expect(input.url === undefined).toBe(kindSettings[kind].address !== "given");
    expect(publicEventTypes).toEqual(expect.arrayContaining(input.events));
  });

  it("says of each option of Jira what it is when absent", () => {
    const [, table = ""] = page.split("| Option | What it is | When absent |");
    const rows = [...(table.split("\n\n")[0] ?? "").matchAll(/^\| `(\w+)` \|.*\| (.+) \|$/gm)].map(([, name, absent = ""]) => [name, absent] as const);
    const known = z.record(z.string(), z.string()).parse(kindSettings.jira.options.parse({ projectKey: "SHOP" }));
    expect(rows).toEqual(Object.entries(known).map(([name, usual]) => [name, name === "projectKey" ? "required" : `\`${usual}\``]));
    expect(kindSettings.jira.options.safeParse({}).error?.issues.map(({ path }) => path)).toEqual([["projectKey"]]);
  });

  it("shows settings in passing that may be given", () => {
    const shown = [...page.matchAll(/`(?:"(\w+)": )?(\{[^`]*\})`/g)].map(([, name = "throttle", text = ""]) => ({ [name]: JSON.parse(text) }));
    expect(shown.map((each) => CreateWebhookInput.partial().parse(each))).toMatchObject([{ throttle: { limit: 1 } }, { options: { region: "eu" } }]);
    for (const { options } of shown) if (options !== undefined) expect(kindSettings.pagerduty.options.parse(options)).toEqual(options);
  });

  it.each(webhookKinds)("names every credential and every option of the kind %s", (kind) => {
    const { credentials, options } = kindSettings[kind];
    for (const name of Object.keys({ ...credentials.shape, ...options.shape })) expect(page).toMatch(new RegExp(`["\`]${name}["\`]`));
  });
});
