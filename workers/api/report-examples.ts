// What the API reference shows of reports; the tests check each against its schema.

export const createReportExample = { days: 7, send: true };

export const pendingReportExample = {
  id: "rpt_01k9z8q5v0c3r7t2m4n6p8s1w5",
  projectId: null,
  from: 1_794_733_200_000,
  to: 1_795_338_000_000,
  state: "pending",
  failure: null,
  isSent: true,
  createdBy: "usr_01k9z8q5v0c3r7t2m4n6p8s1w5",
  createdAt: 1_795_338_000_000,
  readyAt: null,
};

export const readyReportExample = { ...pendingReportExample, state: "ready", readyAt: 1_795_338_004_200 };

export const reportExample = {
  ...readyReportExample,
  content: {
    projects: [
      {
        projectId: "prj_01k9z8q5v0c3r7t2m4n6p8s1w5",
        name: "Example Shop",
        sites: [
          {
            siteId: "sit_01k9z8q5v0c3r7t2m4n6p8s1w5",
            origin: "https://www.example.com",
            now: { auditId: "aud_01k9z8q5v0c3r7t2m4n6p8s1w5", url: "https://www.example.com/", finishedAt: 1_795_300_000_000, score: 87, pages: 61 },
            before: { auditId: "aud_01k9z8q5v0c3r7t2m4n6p8s1w4", url: "https://www.example.com/", finishedAt: 1_794_700_000_000, score: 83, pages: 58 },
            comparison: "same",
            change: 4,
            better: { total: 1, rules: [{ ruleId: "title-missing", severity: "error", pagesBefore: 2 }] },
            worse: { total: 0, rules: [] },
            top: [{ ruleId: "description-missing", severity: "warning", pages: 12, checked: 61 }],
            muted: 0,
          },
        ],
      },
    ],
    projectsLeftOut: 0,
    sitesLeftOut: 0,
  },
};
