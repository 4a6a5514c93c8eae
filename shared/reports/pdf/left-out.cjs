// Stands in the bundle for what @cantoo/pdf-lib and fontkit need for pictures, for names of colours and for compressed fonts of the web, of which no report has
// any: `[alias]` in wrangler.toml. Together they would be a tenth of the Worker. test/e2e/cli/reports.test.ts draws a report without them.
const leftOut = () => {
  throw new Error("This part of the PDF library is not in the Worker: see [alias] in wrangler.toml.");
};
// The library asks for this one, of culori, as soon as it is loaded, and uses it for the names of colours alone.
exports.converter = () => leftOut;
