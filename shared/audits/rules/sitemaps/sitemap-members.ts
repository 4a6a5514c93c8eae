/** Statement with one row per sitemap member for which `isBad` holds; `columns` follow page_id. Both speak of the alias `p`. */
export const sitemapMembers = (isBad: string, columns: string): string => `
SELECT p.id AS page_id, ${columns}
FROM page p CROSS JOIN url u ON u.id = p.id
WHERE u.in_sitemap = 1 AND ${isBad}`;

/** How many members of a sitemap answered. */
export const answeredMembers = "SELECT count(*) FROM page p CROSS JOIN url u ON u.id = p.id WHERE u.in_sitemap = 1 AND p.status IS NOT NULL";
