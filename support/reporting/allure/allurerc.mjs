// How the report looks. What it tells comes from support/gate/output/report.py, in HOLDFAST_REPORT.
import { readFileSync } from "node:fs";

const told = JSON.parse(process.env.HOLDFAST_REPORT);
const logo = readFileSync(new URL("./logo.svg", import.meta.url)).toString("base64");

export default {
  name: `Release verdict: ${told.verdict.toUpperCase()} (${told.because})`,
  output: told.output,
  historyPath: told.history,
  appendHistory: true,
  historyLimit: 30,
  hideLabels: ["requirement", "scenario", "outcome", "framework", "language", "host", "thread", "rule"],
  variables: {
    Backend: told.backend,
    Seed: told.seed,
    Run: told.run,
    ...told.facts,
  },
  categories: {
    rules: [
      { name: "FAILED: a promise is broken", matchers: { statuses: ["failed"] } },
      { name: "INCONCLUSIVE: the question was not really put", matchers: { statuses: ["broken"], message: /^INCONCLUSIVE/ } },
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
