import { withoutCommands } from "./ci-commands.ts";
import { printableLines } from "./printable-lines.ts";
import { type Terminal, write } from "./terminal.ts";

/**
 * Says something on stderr, in lines of ours: what a site, a server or a file put into them can neither move a terminal's
 * cursor nor be a command to CI.
 */
export const tell = ({ stderr }: Pick<Terminal, "stderr">, text: string): Promise<void> => write(stderr, `${withoutCommands(printableLines(text))}\n`);
