import { describe, expect, it } from 'vitest';
import { type Linked, LinkedList } from './linked-list.ts';

interface Member extends Linked<Member> {
  readonly name: string;
}

function arrange() {
  const list = new LinkedList<Member>();
  const members = ['a', 'b', 'c'].map((name): Member => ({ name }));
  for (const member of members) list.add(member);
  return { list, members, names: () => [...list].map(({ name }) => name) };
}

describe('a linked list', () => {
  it('has its members in the order in which they came', () => {
    expect(arrange().names()).toEqual(['a', 'b', 'c']);
  });

  it.each([
    [[0], ['b', 'c']],
    [[1], ['a', 'c']],
    [[2], ['a', 'b']],
    [[0, 2], ['b']],
    [[2, 1, 0], []],
  ])('loses members %j only, and takes them again', (lost, left) => {
    const { list, members, names } = arrange();
    for (const index of lost) list.delete(members[index] as Member);
    expect(names()).toEqual(left);
    for (const index of lost) list.add(members[index] as Member);
    expect(names()).toEqual([...left, ...lost.map((index) => members[index]?.name)]);
  });

  it('finds the newest member that fits', () => {
    const { list } = arrange();
    expect(list.findLast(({ name }) => name < 'c')?.name).toBe('b');
    expect(list.findLast(({ name }) => name > 'c')).toBeUndefined();
  });

  it('gives up its members in the order in which they came, each without neighbours', () => {
    const { list, members } = arrange();
    expect([list.shift(), list.shift(), list.shift(), list.shift()]).toEqual([...members, undefined]);
    expect(members).toEqual([{ name: 'a' }, { name: 'b' }, { name: 'c' }]);
  });

  it('loses nothing when what is no member is deleted', () => {
    const { list, members, names } = arrange();
    list.delete({ name: 'd' });
    list.delete(members[0] as Member);
    list.delete(members[0] as Member);
    expect(names()).toEqual(['b', 'c']);
  });

  it('lets each member be deleted while it is looked at, and hold no neighbour', () => {
    const { list, members, names } = arrange();
    for (const member of list) list.delete(member);
    expect(names()).toEqual([]);
    expect(members).toEqual([{ name: 'a' }, { name: 'b' }, { name: 'c' }]);
  });
});
