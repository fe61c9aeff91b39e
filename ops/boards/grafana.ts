import type { Dataquery as AnyQuery, Builder } from '@grafana/grafana-foundation-sdk/cog';
import {
  BigValueColorMode,
  BigValueGraphMode,
  LegendDisplayMode,
  LegendPlacement,
  ReduceDataOptionsBuilder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type Dashboard,
  DashboardBuilder,
  DashboardCursorSync,
  DashboardLinkBuilder,
  DashboardLinkType,
  DatasourceVariableBuilder,
  FieldColorBuilder,
  FieldColorModeId,
  type Panel as GrafanaPanel,
  MappingType,
  QueryVariableBuilder,
  RowBuilder,
  TextBoxVariableBuilder,
  ThresholdsConfigBuilder,
  ThresholdsMode,
  type VariableModel,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import { PanelBuilder as StatBuilder } from '@grafana/grafana-foundation-sdk/stat';
import { PanelBuilder as TableBuilder } from '@grafana/grafana-foundation-sdk/table';
import { PanelBuilder as GraphBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import type { Board, Panel } from './board.ts';

const DATA_SOURCE = { type: 'prometheus', uid: '$datasource' } as const;
const TAG = 'tta';
const GRID_WIDTH = 24;

/** The JSON of a board, as Grafana imports it. */
export function grafanaJson(board: Board): Dashboard {
  const builder = new DashboardBuilder(board.title)
    .uid(board.uid)
    .description(board.description)
    .tags([TAG])
    .refresh('30s')
    .time({ from: 'now-1h', to: 'now' })
    .timezone('browser')
    .tooltip(DashboardCursorSync.Crosshair)
    .readonly()
    .link(linksToOthers());
  for (const variable of variablesOf(board)) builder.withVariable(variable);
  let y = 0;
  for (const { title, panels } of board.rows) {
    builder.withRow(new RowBuilder(title).gridPos({ x: 0, y, w: GRID_WIDTH, h: 1 }));
    y += 1;
    for (const line of linesOf(panels)) {
      let x = 0;
      const h = Math.max(...line.map((panel) => sizeOf(panel).height));
      for (const panel of line) {
        const { width: w } = sizeOf(panel);
        builder.withPanel(panelBuilder(panel).gridPos({ x, y, w, h }));
        x += w;
      }
      y += h;
    }
  }
  const dashboard = builder.build();
  // Only a variable that is an interval has steps; the builder gives them to every one.
  dashboard.templating = { list: (dashboard.templating?.list ?? []).map(withoutSteps) };
  // The builders leave rows with the id 0 and panels without one. Links to panels need ids.
  for (const [index, panel] of (dashboard.panels ?? []).entries()) panel.id = index + 1;
  return JSON.parse(JSON.stringify(dashboard)) as Dashboard; // without what the builders share and keep beside it
}

/** The panels as they stand beside each other. Those of a line are as high as the highest of them. */
function linesOf(panels: readonly Panel[]): readonly (readonly Panel[])[] {
  const lines: Panel[][] = [];
  let left = 0;
  for (const panel of panels) {
    const { width } = sizeOf(panel);
    if (width > left) {
      lines.push([]);
      left = GRID_WIDTH;
    }
    lines.at(-1)?.push(panel);
    left -= width;
  }
  return lines;
}

function sizeOf({ kind, width, queries }: Panel): { readonly width: number; readonly height: number } {
  if (kind === 'stat') return { width: width ?? 4, height: 4 };
  if (kind === 'table') return { width: width ?? 12, height: 8 };
  const labels = queries.flatMap(({ legend }) => legend.match(/\{\{/g) ?? []).length;
  return { width: width ?? 8, height: labels > 1 ? 10 : 8 }; // several labels make a long legend
}

function linksToOthers(): DashboardLinkBuilder {
  return new DashboardLinkBuilder('Other boards')
    .type(DashboardLinkType.Dashboards)
    .tags([TAG])
    .asDropdown(true)
    .includeVars(true)
    .keepTime(true);
}

function variablesOf({ settings = [], chosenFrom = 'tta_build_info' }: Board) {
  const chosen = (name: string, label: string, matchers: string): QueryVariableBuilder =>
    new QueryVariableBuilder(name)
      .label(label)
      .datasource(DATA_SOURCE)
      .query(`label_values(${chosenFrom}${matchers}, ${name})`)
      .refresh(VariableRefresh.OnTimeRangeChanged)
      .sort(VariableSort.AlphabeticalAsc)
      .multi(true)
      .includeAll(true)
      .allValue('.*')
      .current({ selected: true, text: 'All', value: '$__all' });
  return [
    new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'),
    chosen('job', 'Job', ''),
    chosen('instance', 'Instance', '{job=~"$job"}'),
    ...settings.map(({ name, label, description, value }) =>
      new TextBoxVariableBuilder(name).label(label).description(description).defaultValue(value),
    ),
  ];
}

function withoutSteps({ auto: _auto, auto_min: _min, auto_count: _count, ...variable }: VariableModel): VariableModel {
  return variable as VariableModel;
}

type AnyPanelBuilder = GraphBuilder | StatBuilder | TableBuilder;

function panelBuilder(panel: Panel): Builder<GrafanaPanel> & { gridPos: AnyPanelBuilder['gridPos'] } {
  const builder = looksOf(panel)
    .title(panel.title)
    .description(panel.description)
    .datasource(DATA_SOURCE)
    .unit(panel.unit)
    .thresholds(thresholdsOf(panel));
  for (const [index, each] of panel.queries.entries()) {
    builder.withTarget(targetOf(each.expr, each.legend, String.fromCharCode(65 + index), panel));
  }
  const { min, max, decimals, words, noValue } = panel;
  if (min !== undefined) builder.min(min);
  if (max !== undefined) builder.max(max);
  if (decimals !== undefined) builder.decimals(decimals);
  if (noValue !== undefined) builder.noValue(noValue);
  if (words !== undefined) {
    const options = Object.fromEntries(Object.entries(words).map(([value, text]) => [value, { text }]));
    builder.mappings([{ type: MappingType.ValueToText, options }]);
  }
  return builder;
}

function looksOf({ kind, isStacked = false }: Panel): AnyPanelBuilder {
  // Otherwise, a label that looks like a number has the unit of the values.
  if (kind === 'table') return new TableBuilder().overrideByFieldType('string', [{ id: 'unit', value: 'string' }]);
  if (kind === 'stat') {
    return new StatBuilder()
      .graphMode(BigValueGraphMode.Area)
      .colorMode(BigValueColorMode.Value)
      .reduceOptions(new ReduceDataOptionsBuilder().calcs(['lastNotNull']).values(false));
  }
  return new GraphBuilder()
    .colorScheme(new FieldColorBuilder().mode(FieldColorModeId.PaletteClassic))
    .fillOpacity(isStacked ? 40 : 8)
    .lineWidth(1)
    .showPoints(VisibilityMode.Never)
    .stacking(new StackingConfigBuilder().mode(isStacked ? StackingMode.Normal : StackingMode.None))
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi))
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(true)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom),
    );
}

function thresholdsOf({ thresholds = [{ from: -Infinity, color: 'green' }] }: Panel): ThresholdsConfigBuilder {
  return new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps(thresholds.map(({ from, color }) => ({ value: Number.isFinite(from) ? from : null, color })));
}

function targetOf(expr: string, legend: string, refId: string, { kind }: Panel): Builder<AnyQuery> {
  const target = new DataqueryBuilder().refId(refId).datasource(DATA_SOURCE).expr(expr).legendFormat(legend);
  return kind === 'table' ? target.instant().format(PromQueryFormat.Table) : target.range();
}
