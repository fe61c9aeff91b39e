import type { Random } from './random.ts';

/**
 * What customers of a shop for garden tools ask its assistant, the most frequent question first. Written for this workload;
 * questions like these come again and again in the same words, because they are offered as buttons.
 */
export const FREQUENT_QUESTIONS: readonly string[] = [
  'Where is my order?',
  'How do I return an item?',
  'How long does delivery take?',
  'Can I change my delivery address?',
  'How do I reset my password?',
  'Which payment methods do you accept?',
  'Is the cordless hedge trimmer in stock?',
  'How do I get an invoice for my order?',
  'Can I cancel my order?',
  'What does the warranty cover?',
  'Do you deliver on Saturdays?',
  'How do I sharpen the blades of my secateurs?',
  'My discount code does not work. What can I do?',
  'Which battery fits the lawn mower LM-40?',
  'How do I register my product?',
  'Can I collect my order in a shop?',
  'When will my refund arrive?',
  'How do I unsubscribe from the newsletter?',
  'Do you ship to Ireland?',
  'How do I store the lawn mower over the winter?',
  'What is the weight of the leaf blower LB-18?',
  'Can I buy spare parts for older tools?',
  'How do I write a review?',
  'Do you offer a discount for schools?',
  'How do I reach a human?',
  'What is the best time to prune roses?',
  'How do I delete my account?',
  'Are your gloves free of plastic?',
  'How do I change the spool of the grass trimmer?',
  'Can I pay in instalments?',
  'Why was my card declined?',
  'How do I descale the pressure washer?',
  'What size of gloves should I order?',
  'Do you take back old batteries?',
  'How loud is the leaf blower LB-18?',
  'Can I order by phone?',
  'How do I add a gift message?',
  'Which oil does the chain saw need?',
  'How long is the cable of the hedge trimmer HT-50?',
  'Do you have a shop in Leeds?',
];

const TOOLS = [
  'hedge trimmer HT-50',
  'lawn mower LM-40',
  'leaf blower LB-18',
  'chain saw CS-35',
  'pressure washer PW-120',
];
const PLACES = ['Bristol', 'Cork', 'Leeds', 'Norwich', 'Perth', 'Swansea', 'Truro', 'York'];
const MOODS = ['is disappointed', 'is in a hurry', 'writes politely', 'threatens to leave', 'asks for the third time'];

const short = [
  (n: number, tool: string) => `Say in one sentence what order ${10_000 + n}, a ${tool}, is waiting for.`,
  (n: number, tool: string) => `Turn this into a subject line: customer ${n} wants a new battery for the ${tool}.`,
  (n: number, tool: string) =>
    `Is this message a complaint, a question or praise? "My ${tool}, bought ${n} days ago, is great."`,
  (n: number, tool: string, place: string) =>
    `Extract the place and the product: "Ticket ${n}: the ${tool} never came to ${place}."`,
  (n: number, tool: string, place: string) =>
    `Translate into French: "Your ${tool} will be in ${place} in ${(n % 9) + 2} days."`,
] as const;

const long = [
  (n: number, tool: string, place: string, mood: string) =>
    `Write the answer to ticket ${n}. The customer from ${place} ${mood}: the ${tool} came with a cracked housing, the replacement ` +
    `was sent to the old address, and the refund of ${(n % 80) + 40} pounds was booked twice. Explain step by step what happens now, who ` +
    'does what by when, and what the customer has to do, without promising more than the warranty gives.',
  (n: number, tool: string, place: string) =>
    `Compare the ${tool} with two alternatives for a garden of ${n} square metres near ${place}. Weigh up noise, weight, running ` +
    'cost over 5 years and the price of spare parts, say which assumptions matter most, and recommend one with reasons.',
  (n: number, tool: string, place: string) =>
    `Plan the deliveries of ${(n % 40) + 12} parcels from the warehouse in ${place} with 3 vans, 8 hours each and 25 minutes per stop; ` +
    `4 parcels hold a ${tool} and need two people. Derive how many tours are needed, and explain why fewer would not do.`,
  (n: number, tool: string, place: string) =>
    `Write an SQL query that lists, for every month since order ${n}, how many of the customers in ${place} who bought a ${tool} ` +
    'bought a battery within 30 days, and explain why it counts nobody twice even when an order was split into 2 parcels.',
  (n: number, tool: string, place: string, mood: string) =>
    `Summarise the thread of ticket ${n} for the team in ${place}: the customer ${mood}, the ${tool} stops after 10 minutes, 3 ` +
    'colleagues gave different answers, and one of them contradicts the manual. Analyse which answer is right and design a reply.',
] as const;

/** A prompt that hardly anybody else sends: every second one short and simple, the others long and demanding. */
export function uniquePrompt(random: Random): string {
  const pick = <T>(words: readonly T[]): T => words[Math.floor(random() * words.length)] as T;
  const template = pick(random() < 0.5 ? short : long);
  return template(Math.floor(random() * 9_000) + 100, pick(TOOLS), pick(PLACES), pick(MOODS));
}

/** A long and demanding prompt; the same number gives the same one. */
export function demandingPrompt(number: number): string {
  const template = long[number % long.length] as (typeof long)[number];
  return template(900 + number, TOOLS[0] as string, PLACES[0] as string, MOODS[0] as string);
}
