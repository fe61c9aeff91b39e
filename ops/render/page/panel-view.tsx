import {
  applyFieldOverrides,
  type DataFrame,
  dateTime,
  type GrafanaTheme2,
  getFieldDisplayValues,
  type TimeRange,
} from '@grafana/data';
import { BigValue, BigValueColorMode, BigValueGraphMode, PanelChrome, TimeSeries } from '@grafana/ui';
import { TableNG } from '@grafana/ui/unstable';
import type { ReactNode } from 'react';
import type { Panel, Range } from './frames.ts';

export interface PanelViewProps {
  readonly panel: Panel;
  readonly frames: readonly DataFrame[];
  readonly range: Range;
  readonly theme: GrafanaTheme2;
  readonly width: number;
  readonly height: number;
}

/** Draws one panel with the component that Grafana draws it with. */
export function PanelView({ panel, frames, range, theme, width, height }: PanelViewProps): ReactNode {
  return (
    <PanelChrome title={panel.title} description={panel.description} width={width} height={height} padding="sm">
      {(innerWidth: number, innerHeight: number) => {
        const data = applyFieldOverrides({
          data: frames as DataFrame[],
          fieldConfig: panel.fieldConfig as never,
          replaceVariables: (text) => text,
          theme,
          timeZone: 'utc',
        });
        const size = { width: innerWidth, height: innerHeight };
        if (panel.type === 'timeseries') return graph(panel, data, range, size);
        if (panel.type === 'table') return <TableNG data={data[0] as DataFrame} {...size} />;
        return stat(panel, data, theme, size);
      }}
    </PanelChrome>
  );
}

interface Size {
  readonly width: number;
  readonly height: number;
}

function graph({ options }: Panel, frames: DataFrame[], { from, to }: Range, size: Size): ReactNode {
  const times = { from: dateTime(from * 1_000), to: dateTime(to * 1_000) };
  const timeRange: TimeRange = { ...times, raw: times };
  return <TimeSeries frames={frames} timeRange={timeRange} timeZone="utc" legend={options.legend} {...size} />;
}

function stat({ fieldConfig, options }: Panel, data: DataFrame[], theme: GrafanaTheme2, size: Size): ReactNode {
  const values = getFieldDisplayValues({
    data,
    fieldConfig: fieldConfig as never,
    reduceOptions: options.reduceOptions,
    replaceVariables: (text: string) => text,
    sparkline: true,
    theme,
    timeZone: 'utc',
  });
  const width = size.width / values.length;
  return (
    <div style={{ display: 'flex' }}>
      {values.map(({ display, sparkline, field, name }) => (
        <BigValue
          key={name}
          theme={theme}
          width={width}
          height={size.height}
          value={values.length === 1 ? { ...display, title: '' } : display}
          sparkline={sparkline && { ...sparkline, y: { ...sparkline.y, config: field } }}
          colorMode={BigValueColorMode.Value}
          graphMode={BigValueGraphMode.Area}
        />
      ))}
    </div>
  );
}
