// The look of the report. Its data come from support/gate/output/report.py, in HOLDFAST_REPORT.
import { readFileSync } from "node:fs";

const run = JSON.parse(process.env.HOLDFAST_REPORT);
const logo = readFileSync(new URL("./logo.svg", import.meta.url)).toString("base64");

export default {
  name: `Release verdict: ${run.verdict.toUpperCase()} (${run.because})`,
  output: run.output,
  historyPath: run.history,
  appendHistory: true,
  historyLimit: 30,
  hideLabels: ["requirement", "scenario", "outcome", "framework", "language", "host", "thread", "rule"],
  variables: {
    Backend: run.backend,
    Seed: run.seed,
    Run: run.run,
    ...run.facts,
  },
  categories: {
    rules: [
      { name: "FAILED: a promise is broken", matchers: { statuses: ["failed"] } },
      { name: "INCONCLUSIVE: the promise was not really tested", matchers: { statuses: ["broken"], message: /^INCONCLUSIVE/ } },
      { name: "BROKEN: the suite or its machine failed", matchers: { statuses: ["broken"] } },
      { name: "N/A: does not apply here", matchers: { statuses: ["skipped"] } },
    ],
  },
  plugins: {
    awesome: {
      options: {
        singleFile: true,
        logo: `data:image/svg+xml;base64,${logo}`,
        theme: "light",
        reportLanguage: "en",
        groupBy: ["epic", "story"],
        sections: ["charts", "timeline"],
        defaultSection: "",
        stepTreeExpansion: "expanded",
      },
    },
  },
};
