#!/usr/bin/env node
// Plain JavaScript: an older Node must be able to read this far to say what it lacks.
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);

if (major > 22 || (major === 22 && minor >= 18)) {
  await import("./mentha.ts");
} else {
  console.error(
    `mentha needs Node 22.18 or newer, and this is Node ${process.versions.node}.\n` +
      "Run it as `npx mentha …` or `npm run audit -- <url>` instead: `npm ci` has installed a newer Node that these use.",
  );
  process.exitCode = 3;
}
