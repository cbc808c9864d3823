// The three-way merge of documents: what became of a base on two sides. The rules are the program's own
// (lib/merge.h), and a test compares the two:
//
// Objects are merged by member, arrays of objects by their elements' `id`, arrays of scalars as sets; all else is
// taken whole. What one side alone changed is that side's. What both changed differently is the incoming side's,
// and a conflict is recorded. Edited by one and removed by the other: the edit stays, with a conflict. Order is
// the current side's, with what the incoming one added behind it. Ids that repeat are told apart by their
// occurrence, elements without an id by their whole value.
//
// Documents are never changed: a merge shares values with the three it was made from.

import { isExactNumber } from './exact_json.js';

// -> { document, conflicts: [{ path, base, current, incoming }] }; a side that does not have the value is left out.
// The path is a JSON pointer in which an element goes by its id: "/tasks/task-1/progress".
export function mergeDocuments(base, current, incoming) {
    const conflicts = [];
    const document = valuesMerge({ base, current, incoming }, [], conflicts);
    return { document, conflicts };
}

// The base of what grew from a document that was sent, if nobody knows whether it arrived: wherever the current one
// says what was sent, it did.
export function baseAgreed(base, current, sent) {
    return valuesAgree({ base, current, incoming: sent });
}

// Of an array that was seen before, its elements by their keys.
const keyed = new WeakMap();

// The elements of an array by their keys, in their order: an id that comes twice has two keys. Not to be changed.
export function elementsKeyed(array = []) {
    if (!keyed.has(array))
        keyed.set(array, elementsKey(array));
    return keyed.get(array);
}

function elementsKey(array) {
    const elements = new Map();
    const counts = new Map();
    for (const element of array) {
        const identity = identityOf(element);
        const count = (counts.get(identity) ?? 0) + 1;
        counts.set(identity, count);
        elements.set(`${identity}\n${count}`, element);
    }
    return elements;
}

// The key of the only, or first, element with an id.
export function keyOfId(id) {
    return `${identityOf(id)}\n1`;
}

export function isObject(value) {
    return value !== null && typeof value === 'object' && !Array.isArray(value) && !isExactNumber(value);
}

// As JSON, whatever the order of members.
export function same(left, right) {
    if (left === right)
        return true;
    if (Array.isArray(left) && Array.isArray(right))
        return left.length === right.length && left.every((value, index) => same(value, right[index]));
    if (isExactNumber(left) && isExactNumber(right))
        return left.rawJSON === right.rawJSON;
    if (!isObject(left) || !isObject(right))
        return false;
    const names = Object.keys(left);
    return names.length === Object.keys(right).length &&
        names.every((name) => Object.hasOwn(right, name) && same(left[name], right[name]));
}

function identityOf(element) {
    const id = isObject(element) ? element.id : element;
    if (isExactNumber(id))
        return `n${id.rawJSON}`;
    if (typeof id === 'string')
        return `s${id}`;
    if (typeof id === 'number')
        return `n${id}`;
    return `v${JSON.stringify(element, sortedMembers)}`;
}

function sortedMembers(name, value) {
    if (!isObject(value))
        return value;
    return Object.fromEntries(Object.entries(value).sort(([left], [right]) => left < right ? -1 : 1));
}

// What comes of a value; undefined if it is gone.
function valuesMerge(sides, path, conflicts) {
    const { base, current, incoming } = sides;
    if (same(base, incoming))
        return same(base, current) ? incoming : current;
    if (same(current, incoming))
        return current;
    if (same(base, current))
        return incoming;
    if (haveParts(sides))
        return partsCombine(sides, (parts, name) => valuesMerge(parts, [...path, name], conflicts));
    conflicts.push({ path: pathText(path), ...presentOnly(sides) });
    return incoming !== undefined ? incoming : current;
}

// What both sides know of a value that one of them sent and the other may have got.
function valuesAgree(sides) {
    const { base, current, incoming } = sides;
    if (same(current, incoming))
        return current;
    return same(base, incoming) || !haveParts(sides) ? base : partsCombine(sides, valuesAgree);
}

function presentOnly(sides) {
    return Object.fromEntries(Object.entries(sides).filter(([, value]) => value !== undefined));
}

// Whether a value can be taken member by member, or element by element.
function haveParts({ base, current, incoming }) {
    if (isObject(current) && isObject(incoming))
        return base === undefined || isObject(base);
    return Array.isArray(current) && Array.isArray(incoming) && areMergeable([base, current, incoming]);
}

// `combine` is given the sides of each part, and its name in a path; what it gives undefined for is left out. The
// current side's order, then what is new on the incoming one.
function partsCombine({ base, current, incoming }, combine) {
    const isArray = Array.isArray(current);
    const [before, now, next] = [base, current, incoming].map(isArray ? elementsKeyed : membersNamed);
    const combined = new Map();
    for (const name of new Set([...now.keys(), ...next.keys()])) {
        const parts = { base: before.get(name), current: now.get(name), incoming: next.get(name) };
        const value = combine(parts, isArray ? keyShown(name) : name);
        if (value !== undefined)
            combined.set(name, value);
    }
    return isArray ? [...combined.values()] : Object.fromEntries(combined);
}

function membersNamed(object = {}) {
    return new Map(Object.entries(object));
}

// As paths show an element: its id, or itself, and which of several.
export function keyShown(key) {
    const end = key.lastIndexOf('\n');
    const occurrence = key.slice(end + 1);
    return key.slice(1, end) + (occurrence === '1' ? '' : `#${occurrence}`);
}

function pathText(path) {
    return path.map((token) => `/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function areMergeable(arrays) {
    const kinds = new Set(arrays.map(kindOf));
    kinds.delete('empty');
    return !kinds.has('other') && kinds.size <= 1;
}

// What an array holds. A null is what a page leaves in an array of anything by mistake: it does not decide.
function kindOf(array) {
    if (array !== undefined && !Array.isArray(array))
        return 'other';
    const kinds = new Set((array ?? []).map(kindOfElement));
    kinds.delete('empty');
    return kinds.size > 1 ? 'other' : kinds.values().next().value ?? 'empty';
}

function kindOfElement(element) {
    if (element === null)
        return 'empty';
    if (Array.isArray(element))
        return 'other';
    return isObject(element) ? 'objects' : 'scalars';
}
