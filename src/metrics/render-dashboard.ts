import { definitionSection } from './dashboard/definition-section.ts';
import { errorSection } from './dashboard/error-section.ts';
import { figureSection } from './dashboard/figure-section.ts';
import { harvestSection } from './dashboard/harvest-section.ts';
import { headSection } from './dashboard/head-section.ts';
import { nextSection } from './dashboard/next-section.ts';
import { type PayRow, paySection } from './dashboard/pay-section.ts';
import { proofSection } from './dashboard/proof-section.ts';
import { storeSection } from './dashboard/store-section.ts';
import { taskSection } from './dashboard/task-section.ts';
import { timeSection } from './dashboard/time-section.ts';
import { useSection } from './dashboard/use-section.ts';
import type { Measurement } from './measurement.ts';

/** Markdown of one subject, from its heading on; empty when there is nothing to say. */
type DashboardSection = (measured: Measurement, pay: readonly PayRow[]) => string;

/** In the order of the page. A new section is a file in `dashboard/` and a line here. */
const sections: readonly DashboardSection[] = [
  headSection,
  nextSection,
  proofSection,
  figureSection,
  taskSection,
  (_, pay) => paySection(pay),
  timeSection,
  errorSection,
  useSection,
  storeSection,
  harvestSection,
  definitionSection,
];

/**
 * metrics/dashboard.md: the verdict, what to do next, the proof, the figures, and what they are made from. Every text
 * that comes from data is escaped; there is no clock in it but the day it was measured for. `pay`: the proposals on file.
 */
export function renderDashboard(measured: Measurement, pay: readonly PayRow[] = []): string {
  const texts = sections.map((section) => section(measured, pay)).filter((text) => text !== '');
  return `${texts.join('\n\n')}\n`;
}
