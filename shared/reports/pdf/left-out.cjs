// Stands in the bundle for what @cantoo/pdf-lib and fontkit need for pictures and for compressed fonts of the web, of which no report has any: `[alias]` in
// wrangler.toml. Together they would be a tenth of the Worker.
module.exports = {};
