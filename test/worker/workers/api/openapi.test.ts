import { describe, expect, it } from "vitest";
import { z } from "zod";
import { Audit, CreateAuditInput } from "../../../../shared/audits/index.ts";
import { app } from "../../../../workers/api/app.ts";
import { auditExample, createAuditExample, regressedAuditExample } from "../../../../workers/api/examples.ts";
import { declaredRoutes } from "../../../../workers/api/route.ts";
import { call } from "../../../helpers/worker/api.ts";

const Operation = z.object({
  operationId: z.string(),
  security: z.array(z.record(z.string(), z.array(z.string()))),
  responses: z.record(z.string(), z.object({ description: z.string() })),
  "x-permission": z.string(),
  "x-rate-limit": z.object({ policy: z.string(), limit: z.int().min(1), windowMs: z.int().min(1_000) }),
});
const Document = z.object({ openapi: z.literal("3.1.0"), paths: z.record(z.string(), z.record(z.string(), Operation)) });

const read = async () => Document.parse(await (await call("GET", "/openapi.json")).json());

describe("the OpenAPI document", () => {
  it("has every declared route and no other", async () => {
    const { paths } = await read();
    const documented = Object.entries(paths).flatMap(([path, operations]) => Object.keys(operations).map((method) => `${method} ${path}`));
    expect(documented.toSorted()).toEqual(
      declaredRoutes(app)
        .map(({ method, path }) => `${method} ${path}`)
        .toSorted(),
    );
  });

  it("declares what a caller of each operation needs and may be told", async () => {
    const operations = Object.values((await read()).paths).flatMap((path) => Object.values(path));
    expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length);
    for (const { security, responses, "x-permission": permission } of operations) {
      const isOpen = permission === "public" || permission === "visitor";
      expect(security.length).toBe(isOpen ? 0 : permission === "person" ? 1 : 2);
      for (const status of ["422", "429", "500", "503", ...(isOpen ? [] : ["400", "401", "403"])]) expect(responses).toHaveProperty(status);
    }
  });

  it("says of each refusal what it means there, in no word of ours", async () => {
    const operations = Object.values((await read()).paths).flatMap((path) => Object.values(path));
    const told = operations.flatMap(({ responses, "x-permission": access }) =>
      ["400", "401", "403", "404"].map((status) => ({ access, status, text: responses[status]?.description ?? "" })),
    );
    expect(told.filter(({ text }) => /permission (?:public|visitor|person|caller)\b/.test(text))).toEqual([]);
    const ofPeople = told.filter(({ access, status }) => access === "person" && status === "401");
    expect(ofPeople.length).toBeGreaterThan(5);
    expect(ofPeople.filter(({ text }) => text.includes("API key"))).toEqual([]);
    const ofPermissions = told.filter(({ access, status }) => access.includes(":") && status === "403");
    expect(ofPermissions.filter(({ access, text }) => !text.includes(access))).toEqual([]);
    expect(told.filter(({ access, status, text }) => ["public", "visitor"].includes(access) && status === "403" && text.includes("key"))).toEqual([]);
  });

  it("shows examples that the schemas accept", () => {
    expect(CreateAuditInput.safeParse(createAuditExample).error).toBeUndefined();
    for (const example of [auditExample, regressedAuditExample]) expect(Audit.strict().safeParse(example).error).toBeUndefined();
  });
});

describe("the API browser", () => {
  it("loads nothing from elsewhere and no inline script", async () => {
    const page = await (await call("GET", "/docs")).text();
    const sources = [...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address);
    expect(sources).toEqual(["/docs/swagger-ui.css", "/docs/swagger-ui-bundle.js", "/docs/start.js"]);
    expect(page).not.toMatch(/<script>/);
    expect((await call("GET", "/docs/start.js")).headers.get("Content-Type")).toMatch(/^text\/javascript/);
  });
});
