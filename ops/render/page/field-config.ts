import {
  booleanOverrideProcessor,
  displayNameOverrideProcessor,
  type FieldConfigPropertyItem,
  identityOverrideProcessor,
  numberOverrideProcessor,
  standardFieldConfigEditorRegistry,
  stringOverrideProcessor,
  thresholdsOverrideProcessor,
  unitOverrideProcessor,
  valueMappingsOverrideProcessor,
} from '@grafana/data';

type Processor = FieldConfigPropertyItem['process'];

const PROCESSORS: Readonly<Record<string, Processor>> = {
  unit: unitOverrideProcessor,
  min: numberOverrideProcessor,
  max: numberOverrideProcessor,
  decimals: numberOverrideProcessor,
  displayName: displayNameOverrideProcessor,
  noValue: stringOverrideProcessor,
  thresholds: thresholdsOverrideProcessor,
  mappings: valueMappingsOverrideProcessor,
  fieldMinMax: booleanOverrideProcessor,
  color: identityOverrideProcessor,
  links: identityOverrideProcessor,
  custom: identityOverrideProcessor,
} as never;

/** Tells Grafana's components which parts of a `fieldConfig` there are. Without this, units and thresholds have no effect. */
export function registerFieldConfig(): void {
  standardFieldConfigEditorRegistry.setInit(() =>
    Object.entries(PROCESSORS).map(
      ([id, process]) =>
        ({
          id,
          path: id,
          name: id,
          editor: () => null,
          override: () => null,
          process,
          shouldApply: () => true,
          settings: {},
        }) as never,
    ),
  );
}
