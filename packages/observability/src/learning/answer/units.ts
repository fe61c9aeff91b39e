import { decimal, type Rational } from './rational.ts';

/** A unit as so many of a base unit; the base of a number without dimension is empty. */
export interface Unit {
  readonly base: string;
  readonly factor: Rational;
}

/** What a word that is no known unit may consist of: a word or a few, as in `5 red boxes`. */
const OTHER = /^[\p{L}][\p{L}\s°²³'/-]*$/u;
const ONE: Rational = { numerator: 1n, denominator: 1n };

/** Factor, base, and how the unit is written. Symbols are told apart by case; words are not. */
const UNITS: readonly (readonly [factor: string, base: string, names: string])[] = [
  ['0.01', '', '% percent pct'],
  ['1', 'm', 'm metre metres meter meters'],
  ['0.001', 'm', 'mm millimetre millimetres millimeter millimeters'],
  ['0.01', 'm', 'cm centimetre centimetres centimeter centimeters'],
  ['1000', 'm', 'km kilometre kilometres kilometer kilometers'],
  ['0.0254', 'm', 'in inch inches'],
  ['0.3048', 'm', 'ft foot feet'],
  ['0.9144', 'm', 'yd yard yards'],
  ['1609.344', 'm', 'mi mile miles'],
  ['1', 'm²', 'm² m^2 sqm'],
  ['1', 'm³', 'm³ m^3'],
  ['1', 'g', 'g gram grams'],
  ['0.001', 'g', 'mg milligram milligrams'],
  ['1000', 'g', 'kg kilogram kilograms'],
  ['1000000', 'g', 't tonne tonnes'],
  ['1', 'lb', 'lb lbs pound pounds'], // pounds may be money: never converted
  ['1', 'oz', 'oz ounce ounces'], // ounces may be a volume
  ['1', 's', 's sec secs second seconds'],
  ['0.001', 's', 'ms millisecond milliseconds'],
  ['60', 's', 'min mins minute minutes'],
  ['3600', 's', 'h hr hrs hour hours'],
  ['86400', 's', 'day days'],
  ['604800', 's', 'week weeks'],
  ['1', 'month', 'month months'],
  ['1', 'year', 'year years'],
  ['1', 'l', 'l L litre litres liter liters'],
  ['0.001', 'l', 'ml mL millilitre millilitres milliliter milliliters'],
  ['1', 'm/s', 'm/s'],
  ['1', 'km/h', 'km/h kph kmh'],
  ['1', 'mph', 'mph mi/h'],
  ['1', '°C', '°C ℃'],
  ['1', '°F', '°F ℉'],
  ['1', '°', '° degree degrees'],
  ['1', 'USD', '$ US$ USD dollar dollars'],
  ['0.01', 'USD', '¢'],
  ['1', 'EUR', '€ EUR euro euros'],
  ['1', 'GBP', '£ GBP'],
  ['1', '¥', '¥'], // yen or yuan
  ['1', 'INR', '₹ INR rupee rupees'],
];

const BY_NAME: ReadonlyMap<string, Unit> = new Map(
  UNITS.flatMap(([factor, base, names]) =>
    names.split(' ').map((name): [string, Unit] => [name, { base, factor: decimal(factor) ?? ONE }]),
  ),
);

/** A unit by what is written after (a currency also before) a number; an unknown word is its own unit. Undefined for other texts. */
export function unitOf(written: string): Unit | undefined {
  const name = written.trim().replaceAll(/\s+/gu, ' ');
  const known = BY_NAME.get(name) ?? (name.length > 3 ? BY_NAME.get(name.toLowerCase()) : undefined);
  if (known !== undefined) return known;
  return OTHER.test(name) ? { base: `other ${name}`, factor: ONE } : undefined;
}
