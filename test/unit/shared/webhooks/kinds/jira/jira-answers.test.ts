import { describe, expect, it } from "vitest";
import { chooseTransition, isClosed, MadeIssue, meaningOf, type Transition } from "../../../../../../shared/webhooks/kinds/jira/jira-answers.ts";
import { refusal } from "../../../../../../shared/webhooks/kinds/trackers/step-error.ts";

describe("the transition that closes", () => {
  const transitions: Transition[] = [
    { id: "11", name: "Start", to: { name: "Done" } },
    { id: "21", name: "done", to: { name: "Closed" } },
    { id: "31", name: "Ship", to: { name: "Live " } },
  ];
  it.each([
    ["Done", "21"],
    ["DONE", "21"],
    ["closed", "21"],
    [" ship", "31"],
    ["live", "31"],
    ["Start", "11"],
    ["Resolve", undefined],
  ])("called %j is found by its name, else by that of its status", (name, id) => {
    expect(chooseTransition(transitions, name)?.id).toBe(id);
  });
});

describe("a ticket", () => {
  const at = (name: string, key: string) => ({ fields: { status: { name, statusCategory: { key } } } });
  it.each([
    [at("Erledigt", "done"), true],
    [at("shipped", "indeterminate"), true],
    [at("In Progress", "indeterminate"), false],
    [at("Done?", "new"), false],
  ])("with the status %j is closed: %s", (status, expected) => {
    expect(isClosed(status, "Shipped")).toBe(expected);
  });
});

describe("what Jira says that it made", () => {
  it.each([
    ["10001", "SHOP-1", true],
    ["../../2/user", "SHOP-1", false],
    ["10001?x", "SHOP-1", false],
    ["10001", "SHOP-1/../../login", false],
    ["10001", "//evil.example", false],
    ["", "", false],
  ])("with the id %j and the key %j can become part of an address: %s", (id, key, expected) => {
    expect(MadeIssue.safeParse({ id, key }).success).toBe(expected);
  });
});

describe("what Jira refuses", () => {
  const refused = (status: number, body: string, headers: Record<string, string> = {}) => {
    const answer = { status, headers: new Headers(headers), body };
    return refusal("Jira", answer, 1_800_000_000_000, meaningOf(answer)).verdict;
  };

  it.each([
    [400, { errorMessages: [], errors: { labels: "Field 'labels' cannot be set." } }, "few", "labels: Field 'labels' cannot be set."],
    [
      400,
      { errorMessages: ["No."], errors: { issuetype: "Specify a valid issue type", summary: "Too long" } },
      "few",
      "issuetype: Specify a valid issue type; summary: Too long; No.",
    ],
    [401, { errorMessages: ["Client must be authenticated"] }, "few", "does not accept the e-mail address and the token"],
    [403, { errorMessages: ["No permission"] }, "few", "No permission"],
    [404, { errorMessages: ["No project"] }, "few", "sees the project. It says: No project"],
    [410, {}, "few", "410"],
    [409, {}, "schedule", "409"],
    [500, {}, "schedule", "500"],
    [503, {}, "schedule", "503"],
    [200, {}, "few", "200"],
  ])("with %i is told with its reasons: %j", (status, body, retry, said) => {
    const verdict = refused(status, JSON.stringify(body));
    expect(verdict).toMatchObject({ is: "failed", retry });
    expect(verdict.message).toContain(said);
    expect(verdict).not.toHaveProperty("disables");
  });

  it("waits as long as it asks to when it is asked too often", () => {
    expect(refused(429, "{}", { "retry-after": "35" })).toMatchObject({ failure: "status", retry: "schedule", retryAfterMs: 35_000 });
  });

  it("says that it is the token where Jira shows nothing because of it", () => {
    const verdict = refused(404, JSON.stringify({ errorMessages: ["Issue does not exist"] }), { "x-seraph-loginreason": "AUTHENTICATED_FAILED" });
    expect(verdict.message).toContain("the e-mail address and the token");
  });

  it.each([
    ["a page", "<html><h1>Sign in</h1></html>"],
    ["a list", "[1]"],
    ["something else in place of its reasons", JSON.stringify({ errorMessages: "no", errors: [["a", "b"]] })],
  ])("with %s says only which status it was", (_what, body) => {
    expect(refused(400, body).message).toBe("Jira answered 400. It does not take this ticket.");
  });

  it.each([
    ["reasons", JSON.stringify({ errors: { [`\u001b[2J${"field".repeat(100)}`]: "reason\r\n".repeat(1_000) } })],
    ["a text", "word ".repeat(40).trim()],
  ])("cannot make a message long or move a terminal's cursor with %s", (_what, body) => {
    const { message } = refused(404, body);
    expect(message.length).toBeLessThanOrEqual(300);
    expect(message).not.toMatch(/\p{Cc}/u);
  });
});
