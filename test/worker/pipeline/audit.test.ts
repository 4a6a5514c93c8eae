import { beforeAll, describe, expect, it } from "vitest";
import { seedKey, seedWorkspace } from "../../helpers/worker/api.ts";
import { runAudit } from "../../helpers/worker/audit-run.ts";
import { defineSite } from "../../helpers/worker/site.ts";
import { smallSite } from "../../helpers/worker/small-site.ts";

let key = "";
beforeAll(async () => {
  key = await seedKey(await seedWorkspace());
});

describe("an audit", () => {
  it("fetches every page it may, judges it, and ends with a score", async () => {
    const { url } = await defineSite("whole.example.org", smallSite("http://whole.example.org"));
    const { audit, pages, findings } = await runAudit(key, `${url}/`);
    expect(audit).toMatchObject({ status: "completed", progress: { failed: 0 } });
    console.info(audit, pages, findings.slice(0, 30));
  }, 60_000);
});
