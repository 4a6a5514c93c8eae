/**
 * The tables of one audit's object. The frontier (`url`, `origin`, `prefix`) says what is left to do; the facts
 * (`page`, `sitemap`, and `origin` again) are what the site-wide rules query. Rules may read every table but never write.
 */
export const tables = `
CREATE TABLE IF NOT EXISTS crawl (            -- one row
  id INTEGER PRIMARY KEY CHECK (id = 1),
  state TEXT NOT NULL                         -- JSON, see CrawlState
);
CREATE TABLE IF NOT EXISTS url (
  id INTEGER PRIMARY KEY,                     -- order of discovery
  url TEXT NOT NULL UNIQUE,                   -- normalised
  kind TEXT NOT NULL,                         -- page | robots | sitemap
  origin TEXT NOT NULL,
  prefix TEXT NOT NULL,                       -- first path segment, for the fair share of the budget
  depth INTEGER NOT NULL,                     -- clicks from the start page
  state TEXT NOT NULL,                        -- waiting | leased | done | blocked (robots.txt) | unasked (we gave up on its host) | skipped (outside the options)
  attempt INTEGER NOT NULL DEFAULT 0,         -- grows with every lease; a failure counts only from the newest
  failures INTEGER NOT NULL DEFAULT 0,
  due_at INTEGER NOT NULL DEFAULT 0,          -- not before (backoff)
  lease_until INTEGER,
  in_sitemap INTEGER NOT NULL DEFAULT 0,
  linked INTEGER NOT NULL DEFAULT 0,          -- some page links to it
  crowded INTEGER NOT NULL DEFAULT 0,         -- how often its prefix has used up its share of the budget: others come first
  source TEXT                                 -- of a sitemap: robots, well-known or index
);
CREATE INDEX IF NOT EXISTS url_due ON url (state, kind, crowded, depth, id);
CREATE INDEX IF NOT EXISTS url_lease ON url (lease_until) WHERE state = 'leased';
CREATE INDEX IF NOT EXISTS url_again ON url (due_at) WHERE state = 'waiting' AND attempt > 0;  -- leased before: postponed, or given back
CREATE TABLE IF NOT EXISTS prefix (
  prefix TEXT PRIMARY KEY,
  taken INTEGER NOT NULL DEFAULT 0            -- pages of it leased or done
);
CREATE TABLE IF NOT EXISTS origin (
  origin TEXT PRIMARY KEY,
  outcome TEXT,                               -- null until known, see RobotsFacts
  facts TEXT                                  -- JSON RobotsFacts
);
CREATE TABLE IF NOT EXISTS sitemap (
  url_id INTEGER PRIMARY KEY,
  facts TEXT NOT NULL                         -- JSON SitemapFacts
);
CREATE TABLE IF NOT EXISTS page (             -- one row per settled url of kind page
  id INTEGER PRIMARY KEY,                     -- = url.id
  seq INTEGER UNIQUE,                         -- order of settling, the cursor of the projection to D1
  url TEXT NOT NULL,
  depth INTEGER NOT NULL,
  outcome TEXT NOT NULL,                      -- html | redirect | other | failed
  status INTEGER,                             -- of this address itself; null when nothing answered
  final_status INTEGER,                       -- at the end of its redirects
  redirect_to TEXT,                           -- where its redirects end
  is_start INTEGER NOT NULL,
  noindex INTEGER NOT NULL,                   -- for generic crawlers or Googlebot, meta or header
  canonical TEXT,                             -- absolute and normalised, when there is exactly one target
  indexable INTEGER NOT NULL,                 -- html, 200, not noindex, and its canonical, if any, is itself
  lang TEXT,                                  -- lower case
  title TEXT,
  description TEXT,
  fingerprint TEXT,
  links TEXT NOT NULL,                        -- JSON array of url.id, internal pages it links to, without repeats
  facts TEXT NOT NULL                         -- JSON PageFacts without links and images
);
CREATE INDEX IF NOT EXISTS page_start ON page (redirect_to) WHERE is_start = 1;
CREATE INDEX IF NOT EXISTS page_title ON page (title, lang) WHERE indexable = 1;
CREATE INDEX IF NOT EXISTS page_description ON page (description, lang) WHERE indexable = 1;
CREATE INDEX IF NOT EXISTS page_without_html ON page (outcome) WHERE outcome <> 'html';  -- what links may wrongly lead to
CREATE TABLE IF NOT EXISTS finding (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  rule_id TEXT NOT NULL,
  page_id INTEGER,                            -- null for the site
  severity TEXT NOT NULL,
  message_values TEXT NOT NULL,               -- JSON
  evidence TEXT NOT NULL,                     -- JSON array, at most 20
  evidence_total INTEGER NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS finding_once ON finding (rule_id, coalesce(page_id, 0));
CREATE INDEX IF NOT EXISTS finding_severity ON finding (severity);
CREATE TABLE IF NOT EXISTS tally (
  rule_id TEXT PRIMARY KEY,
  checked INTEGER NOT NULL DEFAULT 0,
  failing INTEGER NOT NULL DEFAULT 0
);
`;
