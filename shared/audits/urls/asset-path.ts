/** File types that are never pages, by what they hold. `.php`, `.aspx`, `.md` and unknown endings may well answer with HTML. */
const assetExtensions: ReadonlySet<string> = new Set(
  [
    "avif apng bmp cur gif heic heif ico jfif jp2 jpe jpeg jpg jxl pjpeg png psd svg svgz tif tiff webp",
    "eot otf ttc ttf woff woff2",
    "3gp aac aif aiff avi flac flv m3u8 m4a m4v mid midi mkv mov mp3 mp4 mpeg mpg oga ogg ogv opus ts wav weba webm wma wmv",
    "7z apk bz2 cab deb dmg exe gz iso jar lz lzma msi pkg rar rpm tar tbz2 tgz war whl xpi xz zip zst",
    "csv doc docm docx dot dotx epub ics key mobi numbers odg odp ods odt pages pdf pps ppsx ppt pptm pptx ps rtf tsv txt vcf xls xlsm xlsx",
    "atom bin css dat geojson gpx js json kml kmz less map mjs cjs rdf rss scss sql swf torrent wasm webmanifest xml xsd xsl",
  ].flatMap((extensions) => extensions.split(" ")),
);

/** Whether an address names a file that is no page: an image, font, video, archive, document, script, style sheet or data file. */
export function isAssetPath(url: string): boolean {
  const path = URL.parse(url)?.pathname ?? "";
  const dot = path.lastIndexOf(".");
  return dot > path.lastIndexOf("/") && assetExtensions.has(path.slice(dot + 1).toLowerCase());
}
