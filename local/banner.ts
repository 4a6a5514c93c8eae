/** What a person needs to know once the server answers. `key` is present when one was made at this start. */
export function banner({ url, data, log, key }: { url: string; data: string; log: string; key: string | undefined }): string {
  const lines = [
    `Mentha is ready: ${url}`,
    "",
    `  API reference   ${url}/docs`,
    `  Your data       ${data} (kept between starts)`,
    `  Log             ${log}`,
    "",
    ...(key === undefined ? keyNotes : keyLines(url, key)),
    "",
    "It listens on this computer only, and may audit sites on this computer too (localhost, 127.0.0.1).",
    "Stop it with Ctrl-C.",
  ];
  return `\n${lines.join("\n")}\n`;
}

const keyNotes = ["The API keys you have stay valid. Need another one? Stop Mentha and run: npm start -- --new-key"];

function keyLines(url: string, key: string): string[] {
  return [
    `Your API key: ${key}`,
    "Keep it: it is shown only now.",
    "",
    "Audit a site:",
    "",
    `  curl -X POST ${url}/api/v1/audits \\`,
    `    -H "X-API-Key: ${key}" \\`,
    '    -H "Content-Type: application/json" \\',
    `    -d '{"url": "https://example.com/", "maxPages": 20}'`,
    "",
    'See how your last audit is doing; when its status is "completed", it has scores:',
    "",
    `  curl -H "X-API-Key: ${key}" "${url}/api/v1/audits?limit=1"`,
    "",
    "With its id, save the report and open it in a browser:",
    "",
    `  curl -H "X-API-Key: ${key}" "${url}/api/v1/audits/<id>/report.html" -o report.html`,
  ];
}
