import { describe, expect, it } from "vitest";
import { nameOfPage } from "../../../../../shared/audits/report/page-name.ts";
import { sitePath } from "../../../../../shared/audits/report/site-path.ts";

const start = "https://shop.example/en/?from=ad";

describe("an address in a report", () => {
  it.each([
    { what: "a page of the site", address: "https://shop.example/a/b?c=d#e", path: "/a/b?c=d", name: "/a/b?c=d" },
    { what: "the home page", address: "https://shop.example/", path: "/", name: "shop.example" },
    { what: "the home page with a query", address: "https://shop.example/?page=2", path: "/?page=2", name: "/?page=2" },
    { what: "another host", address: "https://www.shop.example/a", path: "https://www.shop.example/a", name: "https://www.shop.example/a" },
    { what: "another scheme", address: "http://shop.example/", path: "http://shop.example/", name: "http://shop.example/" },
    { what: "another port", address: "https://shop.example:8443/", path: "https://shop.example:8443/", name: "https://shop.example:8443/" },
    { what: "what is no address", address: "nonsense", path: "nonsense", name: "nonsense" },
    { what: "a bare path", address: "/", path: "/", name: "/" },
  ])("of $what is $path, and its page is called $name", ({ address, path, name }) => {
    expect(sitePath(address, start)).toBe(path);
    expect(nameOfPage(address, start)).toBe(name);
  });

  it("of a site whose start is no address is shown whole", () => {
    expect(sitePath("https://shop.example/a", "nonsense")).toBe("https://shop.example/a");
    expect(nameOfPage("https://shop.example/", "nonsense")).toBe("https://shop.example/");
  });

  it("names a home page by its port too", () => {
    expect(nameOfPage("http://localhost:3000/", "http://localhost:3000/shop")).toBe("localhost:3000");
  });
});
