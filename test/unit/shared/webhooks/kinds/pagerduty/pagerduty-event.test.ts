import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sampleOf } from "../../../../../../shared/webhooks/catalogue/catalogue.ts";
import { publicEventTypes } from "../../../../../../shared/webhooks/catalogue/public-event.ts";
import { messageOf } from "../../../../../../shared/webhooks/kinds/message-of.ts";
import { pagerdutyEvent } from "../../../../../../shared/webhooks/kinds/pagerduty/pagerduty-event.ts";
import { hostile, longest, messages } from "../../../../../helpers/hostile-message.ts";

const publicUrl = "https://mentha.example";

describe("an event for PagerDuty", () => {
  const shipment = (type: (typeof publicEventTypes)[number]) => ({ ...sampleOf(type, "wsp_1", Date.UTC(2026, 10, 22)), publicUrl });

  it("keeps the limits of PagerDuty, whatever it is about", async () => {
    await fc.assert(
      fc.asyncProperty(messages, hostile(3_000), async (message, subject) => {
        const sent = await pagerdutyEvent(message, { ...shipment("finding.opened"), subject }, "k".repeat(32));
        expect(sent.dedup_key.length).toBeLessThanOrEqual(255);
        expect(sent.payload.summary.length).toBeLessThanOrEqual(1_024);
        expect(["critical", "error", "warning", "info"]).toContain(sent.payload.severity);
        expect(new TextEncoder().encode(JSON.stringify(sent)).length).toBeLessThan(512_000);
      }),
      { examples: [[longest, "s".repeat(256)]] },
    );
  });

  it.each(publicEventTypes)("knows what %s does to an alert", async (type) => {
    const told = shipment(type);
    const sent = await pagerdutyEvent(messageOf({ ...told, language: "en", templated: undefined }), told, "k");
    expect(sent.event_action).toBe(type === "finding.fixed" ? "resolve" : "trigger");
    expect(sent.payload.source).toBe(type.startsWith("audit.") || type.startsWith("finding.") ? "shop.example" : "mentha.example");
    expect(sent.payload.class).toBe(type);
  });

  it("has one key for a finding that opens and is fixed, and another for every other subject, workspace and test", async () => {
    const keys = async (type: "finding.opened" | "finding.fixed", values: { subject: string; workspaceId?: string; isTest?: true }) => {
      const { workspaceId = "wsp_1", ...rest } = values;
      const told = shipment(type);
      return (await pagerdutyEvent(longest, { ...told, ...rest, event: { ...told.event, workspaceId } }, "k")).dedup_key;
    };
    for (const subject of ["finding:https://shop.example title-missing", `finding:https://shop.example/${"x".repeat(400)}`]) {
      const opened = await keys("finding.opened", { subject });
      expect(await keys("finding.fixed", { subject })).toBe(opened);
      expect(await keys("finding.opened", { subject: `${subject}y` })).not.toBe(opened);
      expect(await keys("finding.opened", { subject, workspaceId: "wsp_2" })).not.toBe(opened);
      expect(await keys("finding.opened", { subject, isTest: true })).not.toBe(opened);
    }
  });
});
