// What differs between two documents, by project and task, by settings, by the rest. In words it is put elsewhere
// (difference_words.js).
//
// Items are matched as merges match them (merge.js): by their ids. Those without one, which merges tell apart by
// their whole value, are matched by their date or name, so that an edit of one does not look like another one.

import { elementsKeyed, isObject, same } from './merge.js';
import { collections, planOf, textOf } from './plan.js';

const settings = ['taskTypes', 'pmos', 'productManagers'];

// -> {
//   projects: [{ kind, before, after, members, tasks }], those that changed themselves or whose tasks did,
//   strays: tasks of no project,
//   settings: [{ collection, items }],
//   records: history records,
//   reordered: the collections in which what is in both is in another order,
//   others: [{ member, … }], members of the document that are none of these
// }
//
// An item that differs is { kind, before, after, members }: `kind` is 'added', 'removed', 'changed', or 'same' for a
// project whose tasks alone differ; `before` and `after` are the item, or null. A task that is in another project than
// it was has that one's item as `from` (null: it was in none). For members see memberDifference.
export function differencesOf(before, after) {
    const [earlier, later] = [planOf(before), planOf(after)];
    return {
        ...projectsCompare(earlier, later),
        settings: settings
            .map((collection) => ({ collection, items: itemsCompare(earlier[collection], later[collection]) }))
            .filter(({ items }) => items.length > 0),
        records: itemsCompare(earlier.historyRecords, later.historyRecords),
        reordered: collections.filter((collection) => isReordered(before[collection], after[collection])),
        others: othersCompare(before, after),
    };
}

export function isNone(differences) {
    return Object.values(differences).every((list) => list.length === 0);
}

// The members in which two objects differ. That one has "nothing" where the other has no such member is no difference.
export function membersCompare(before, after) {
    const names = new Set([...Object.keys(after), ...Object.keys(before)]);
    return [...names].map((member) => memberDifference(member, own(before, member), own(after, member)))
        .filter(isFound);
}

function isFound(difference) {
    return difference !== null;
}

// No value, or one that says nothing.
export function isNothing(value) {
    return value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0);
}

function own(object, member) {
    return Object.hasOwn(object, member) ? object[member] : undefined;
}

// -> null, or { member, kind } and with kind
//   'value': before, after
//   'names': added, removed (lists of texts and the like, in which only what is in them counts)
//   'items': items, as above
//   'object': members, before, after
//   'order': nothing, it is the order alone
function memberDifference(member, before, after) {
    if (same(before, after) || (isNothing(before) && isNothing(after)))
        return null;
    const [left, right] = [before, after].map((value) => isNothing(value) ? [] : value);
    if (Array.isArray(left) && Array.isArray(right)) {
        const elements = [...left, ...right];
        if (elements.every((value) => !isObject(value) && !Array.isArray(value)))
            return namesDifference(member, left, right);
        if (elements.every(isObject))
            return itemsDifference(member, left, right);
    }
    if (isObject(before) && isObject(after)) {
        const members = membersCompare(before, after);
        return members.length > 0 ? { member, kind: 'object', members, before, after } : null;
    }
    return { member, kind: 'value', before, after };
}

function namesDifference(member, before, after) {
    const [earlier, later] = [elementsKeyed(before), elementsKeyed(after)];
    const missing = (from, what) => [...from].filter(([key]) => !what.has(key)).map(([, name]) => name);
    const added = missing(later, earlier);
    const removed = missing(earlier, later);
    return added.length + removed.length > 0 ? { member, kind: 'names', added, removed } : { member, kind: 'order' };
}

function itemsDifference(member, before, after) {
    const items = itemsCompare(...[before, after].map((array) =>
        [...elementsKeyed(array)].map(([key, item]) => ({ key, item }))));
    if (items.length > 0)
        return { member, kind: 'items', items };
    return isReordered(before, after) ? { member, kind: 'order' } : null;
}

// Of entries (plan.js).
function itemsCompare(before, after) {
    return pairsOf(before, after).map(([earlier, later]) => itemDifference(earlier, later)).filter(isFound);
}

// Of two entries, one of which may be null.
function itemDifference(before, after) {
    const sides = { before: before?.item ?? null, after: after?.item ?? null };
    if (before === null || after === null)
        return { kind: before === null ? 'added' : 'removed', ...sides, members: [] };
    const members = membersCompare(before.item, after.item);
    return members.length > 0 ? { kind: 'changed', ...sides, members } : null;
}

// Which entry became which: [[before, after]] in the later order, one of them null where there is none; what was
// removed comes last. Of several entries that share a name, the first goes with the first.
function pairsOf(before, after) {
    const partners = new Map();
    const left = new Set(before);
    for (const nameOf of [({ key }) => key, nickname]) {
        const waiting = new Map([...left].map((entry) => [nameOf(entry), []]));
        for (const entry of left)
            waiting.get(nameOf(entry)).push(entry);
        for (const entry of after.filter((one) => !partners.has(one))) {
            const partner = waiting.get(nameOf(entry))?.shift();
            if (partner === undefined)
                continue;
            partners.set(entry, partner);
            left.delete(partner);
        }
    }
    return [...after.map((entry) => [partners.get(entry) ?? null, entry]), ...[...left].map((entry) => [entry, null])];
}

function nickname({ key, item }) {
    return isNothing(item.id) ? textOf(item.date) || textOf(item.name) || key : key;
}

function projectsCompare(before, after) {
    const tasksOf = new Map(); // those that differ, by their project's entry
    const projects = pairsOf(before.projects, after.projects).map(([earlier, later]) => {
        const tasks = [];
        tasksOf.set(earlier, tasks).set(later, tasks);
        const unchanged = { kind: 'same', before: earlier?.item, after: later?.item, members: [] };
        return { ...itemDifference(earlier, later) ?? unchanged, tasks };
    });
    const strays = [];
    tasksOf.set(null, strays);
    for (const [earlier, later] of pairsOf(before.tasks, after.tasks)) {
        const difference = taskDifference(earlier, later);
        if (difference !== null)
            tasksOf.get((later ?? earlier).project).push(difference);
    }
    return { projects: projects.filter(({ kind, tasks }) => kind !== 'same' || tasks.length > 0), strays };
}

function taskDifference(before, after) {
    const difference = itemDifference(before, after);
    if (difference?.kind !== 'changed' || before.project?.key === after.project?.key)
        return difference;
    const members = difference.members.filter(({ member }) => member !== 'projectId');
    return { ...difference, from: before.project?.item ?? null, members };
}

function isReordered(before, after) {
    if (!Array.isArray(before) || !Array.isArray(after))
        return false;
    const [earlier, later] = [before, after].map((array) => [...elementsKeyed(array).keys()]);
    const [wasThere, isThere] = [new Set(earlier), new Set(later)];
    return !same(earlier.filter((key) => isThere.has(key)), later.filter((key) => wasThere.has(key)));
}

// Members beside the collections, and collections that are no lists, or hold what is no item.
function othersCompare(before, after) {
    const isCollection = (name, value) => collections.includes(name) && Array.isArray(value);
    const beside = (document) => Object.fromEntries(Object.entries(document).map(([name, value]) =>
        [name, isCollection(name, value) ? value.filter((element) => !isObject(element)) : value]));
    return membersCompare(beside(before), beside(after));
}
