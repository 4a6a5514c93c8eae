import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { createClient } from "../../../client/index.ts";
import { type Embedded, startEmbedded } from "../../../local/embed.ts";
import { type Site, startSite } from "../../helpers/node/local-site.ts";
import { menthaHere } from "./run-here.ts";
import { startHere } from "./start-here.ts";

const Line = z.object({ deliveryId: z.string(), status: z.number(), event: z.object({ type: z.string(), data: z.record(z.string(), z.unknown()) }) });
const linesOf = (text: string) =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => Line.parse(JSON.parse(line)));

describe("mentha listen with Mentha itself", () => {
  let server: Embedded;
  let site: Site;
  beforeAll(async () => {
    [server, site] = await Promise.all([startEmbedded({ quiet: true }), startSite({ "/": { body: "<!doctype html><title>Shop</title>" } })]);
  });
  afterAll(() => Promise.all([server.close(), site.close()]));

  const waiting = { timeout: 60_000 };

  it("prints the end of an audit that is started afterwards, and leaves no endpoint behind", async () => {
    const env = { MENTHA_SERVER: server.url, MENTHA_KEY: server.key };
    const client = createClient({ baseUrl: server.url, key: server.key });
    const mentha = startHere(["listen", "--port", "0", "--json", "--events", "audit.started,audit.completed"], { env });
    await expect.poll(mentha.stderr, waiting).toContain("Listening");

    const { id: auditId } = await client.createAudit({ url: site.url, maxPages: 1 });
    await expect
      .poll(
        () =>
          linesOf(mentha.stdout())
            .map(({ event }) => event.type)
            .toSorted(),
        waiting,
      )
      .toEqual(["audit.completed", "audit.started"]);
    const end = linesOf(mentha.stdout()).find(({ event }) => event.type === "audit.completed");
    expect(end).toMatchObject({ status: 204, event: { data: { auditId, url: new URL(site.url).href } } });
    expect(mentha.stderr()).not.toContain("NOT VERIFIED");

    const [endpoint = ""] = /whk_\w+/.exec(mentha.stderr()) ?? [];
    const shown = async () => (await menthaHere(["webhooks", "delivery", end?.deliveryId ?? ""], { env })).stdout;
    await expect.poll(shown, waiting).toMatch(/^State +succeeded\n[\s\S]*^1 .* succeeded {2}204/m);
    expect((await menthaHere(["webhooks", "test", "mentha listen", "--type", "finding.opened"], { env })).code).toBe(0);
    expect(linesOf(mentha.stdout()).at(-1)?.event.type).toBe("finding.opened");
    const again = await menthaHere(["webhooks", "replay", endpoint, "--since", "1d", "--all", "--types", "audit.completed", "--yes"], { env });
    expect(again.stderr).toBe("1 delivery is sent again.\n");
    await expect.poll(() => linesOf(mentha.stdout()).filter(({ deliveryId }) => deliveryId === end?.deliveryId).length, waiting).toBe(2);

    expect(await mentha.interrupt()).toBe(0);
    expect((await menthaHere(["webhooks", "list"], { env })).stderr).toBe("No endpoints yet.\n");
  });
});
