/**
 * Marks the file as UTF-8. RFC 4180 knows no such mark, but Excel takes a file without one for the Windows code page and shows "Ã¡" for "á".
 * LibreOffice, Numbers and Google Sheets need none and pass over it. Programs are better off with JSON.
 */
const byteOrderMark = "\ufeff";

/** The beginning of a CSV file (RFC 4180) for spreadsheets: its row of headings. */
export const csvHead = (headings: readonly string[]): string => byteOrderMark + csvRow(headings);

/** One row of a CSV file. */
export const csvRow = (cells: readonly string[]): string => `${cells.map(quoted).join(",")}\r\n`;

/** Every cell is quoted, so that nothing in it can end it. */
const quoted = (cell: string): string => `"${defused(cell).replaceAll('"', '""')}"`;

/**
 * Text that no spreadsheet runs as a formula (OWASP, "CSV Injection"): an apostrophe goes before `=`, `+`, `-`, `@` and their full-width forms.
 * Not only at the start of a cell: a program that is set to another separator, or takes a line end for the end of a row, begins a cell there too.
 * It stands before quotes and spaces, since to such a program `;""=1` is a quoted cell with `=1` in it.
 */
const defused = (text: string): string => text.replace(/(^|[,;|\t\r\n])((?:[^\S\t\r\n]|")*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])/g, "$1'$2");
