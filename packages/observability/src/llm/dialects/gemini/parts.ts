import { field, textField } from '../../fields.ts';

/** A field under its name in the API and its clients, or in dumps of the protocol's messages, which spell names with underscores. */
export function either(value: unknown, camel: string, snake: string): unknown {
  return field(value, camel) ?? field(value, snake);
}

/** The name of a model without the resource path that it may stand in: `models/`, `publishers/google/models/`. */
export function modelName(name: string | undefined): string | undefined {
  return name?.slice(name.lastIndexOf('models/') === -1 ? 0 : name.lastIndexOf('models/') + 'models/'.length);
}

export function modelOfResponse(response: unknown): string | undefined {
  return modelName(textField(response, 'modelVersion') ?? textField(response, 'model_version'));
}

export function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}
