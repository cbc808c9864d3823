// What differs between two documents, by project and task, by settings, by the rest. In words it is put elsewhere
// (difference_words.js).
//
// Items are matched as merges match them (merge.js): by their ids. Those without one, which merges tell apart by
// their whole value, are matched by their date or name, so that an edit of one does not look like another one.

import { elementsKeyed, isObject, same } from './merge.js';
import { planOf, textOf } from './plan.js';

const collections = ['projects', 'tasks', 'taskTypes', 'pmos', 'productManagers', 'historyRecords'];
const settings = ['taskTypes', 'pmos', 'productManagers'];

// -> {
//   projects: [{ kind, before, after, members, tasks }], those that changed themselves or whose tasks did,
//   strays: tasks of no project,
//   settings: [{ collection, items, isReordered }],
//   records: { added, removed, changed } or null,
//   reordered: ['projects', 'tasks'] or less,
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
        settings: settings.map((collection) => settingsCompare(collection, before, after)).filter(isFound),
        records: recordsCompare(earlier.records, later.records),
        reordered: ['projects', 'tasks'].filter((collection) => isReordered(before[collection], after[collection])),
        others: othersCompare(before, after),
    };
}

export function isNone({ records, ...lists }) {
    return records === null && Object.values(lists).every((list) => list.length === 0);
}

// Of items that differ, how many of each kind: { added, removed, changed }.
export function countsOf(items) {
    const counts = { added: 0, removed: 0, changed: 0 };
    for (const { kind } of items)
        counts[kind]++;
    return counts;
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
        if ([...left, ...right].every((value) => !isObject(value) && !Array.isArray(value)))
            return namesDifference(member, left, right);
        if ([...left, ...right].every(isObject))
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
    const items = itemsCompare(entriesOf(before), entriesOf(after));
    if (items.length > 0)
        return { member, kind: 'items', items };
    return isReordered(before, after) ? { member, kind: 'order' } : null;
}

function entriesOf(value) {
    const array = Array.isArray(value) ? value : [];
    return [...elementsKeyed(array)].filter(([, item]) => isObject(item)).map(([key, item]) => ({ key, item }));
}

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
// removed comes last.
function pairsOf(before, after) {
    const partners = partnersFind(before, after, ({ key }) => key);
    const found = new Set(partners.values());
    const left = before.filter((entry) => !found.has(entry));
    const missing = after.filter((entry) => !partners.has(entry));
    for (const [entry, partner] of partnersFind(left, missing, nickname)) {
        partners.set(entry, partner);
        found.add(partner);
    }
    const gone = left.filter((entry) => !found.has(entry));
    return [...after.map((entry) => [partners.get(entry) ?? null, entry]), ...gone.map((entry) => [entry, null])];
}

// A map from later entries to earlier ones of the same name; of several that share one, the first goes with the first.
function partnersFind(before, after, nameOf) {
    const waiting = new Map(before.map((entry) => [nameOf(entry), []]));
    for (const entry of before)
        waiting.get(nameOf(entry)).push(entry);
    const partners = new Map();
    for (const entry of after) {
        const partner = nameOf(entry) === null ? undefined : waiting.get(nameOf(entry))?.shift();
        if (partner !== undefined)
            partners.set(entry, partner);
    }
    return partners;
}

function nickname({ item }) {
    const text = isNothing(item.id) ? textOf(item.date) || textOf(item.name) : '';
    return text === '' ? null : text;
}

function projectsCompare(before, after) {
    const groups = pairsOf(before.projects, after.projects).map(([earlier, later]) => ({
        keys: [earlier?.key, later?.key],
        ...itemDifference(earlier, later) ?? { kind: 'same', before: earlier.item, after: later.item, members: [] },
        tasks: [],
    }));
    const [earlier, later] = [0, 1].map((side) =>
        new Map(groups.filter(({ keys }) => keys[side] !== undefined).map((group) => [group.keys[side], group])));
    const strays = [];
    for (const [was, is] of pairsOf(before.tasks, after.tasks)) {
        const task = taskDifference(was, is);
        if (task === null)
            continue;
        const group = is !== null ? later.get(is.project?.key) : earlier.get(was.project?.key);
        (group?.tasks ?? strays).push(task);
    }
    const projects = groups.filter(({ kind, tasks }) => kind !== 'same' || tasks.length > 0)
        .map(({ keys: _, ...group }) => group);
    return { projects, strays };
}

function taskDifference(before, after) {
    const found = itemDifference(before, after);
    const members = found?.members.filter(({ member }) => member !== 'projectId');
    if (members?.length === found?.members.length || before.project?.key === after.project?.key)
        return found;
    return { ...found, from: before.project?.item ?? null, members };
}

function settingsCompare(collection, before, after) {
    const [earlier, later] = [before[collection], after[collection]];
    const items = itemsCompare(entriesOf(earlier), entriesOf(later));
    const found = { collection, items, isReordered: isReordered(earlier, later) };
    return items.length > 0 || found.isReordered ? found : null;
}

// Whether what is in both is in another order.
function isReordered(before, after) {
    if (!Array.isArray(before) || !Array.isArray(after))
        return false;
    const [earlier, later] = [before, after].map((array) => [...elementsKeyed(array).keys()]);
    const [wasThere, isThere] = [new Set(earlier), new Set(later)];
    return !same(earlier.filter((key) => isThere.has(key)), later.filter((key) => wasThere.has(key)));
}

function recordsCompare(before, after) {
    const counts = countsOf(itemsCompare(before, after));
    return Object.values(counts).some((count) => count > 0) ? counts : null;
}

// Members beside the collections, and collections that are no lists, or hold what is no item.
function othersCompare(before, after) {
    const isCollection = (name, value) => collections.includes(name) && Array.isArray(value);
    const beside = (document) => Object.fromEntries(Object.entries(document).map(([name, value]) =>
        [name, isCollection(name, value) ? value.filter((element) => !isObject(element)) : value]));
    return membersCompare(beside(before), beside(after));
}
