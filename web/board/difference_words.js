// What differs between two documents (differences.js), in words.
//
// A line is a list of words { text, kind }: 'label' what it is about, 'old' and 'new' the values before and after,
// 'note' what is said besides, '' what joins them. Their texts, put together, are the line.

import { dayOf, dayShown, today } from './dates.js';
import { countsOf, isNothing } from './differences.js';
import { texts } from './language.js';
import { isObject } from './merge.js';
import { namesOf, periodOf, statuses, textOf } from './plan.js';
import { collectionName, memberName, statusName, unnamed } from './terms.js';

const t = texts({
    added: ['新增', 'Added'],
    removed: ['已删除', 'Deleted'],
    changed: ['有修改', 'Changed'],
    movedFrom: [(name) => `从“${name}”移来`, (name) => `Moved here from “${name}”`],
    movedIn: ['原来不属于任何项目', 'Was in no project'],
    nothing: ['（无）', '(none)'],
    colon: ['：', ': '],
    comma: ['、', ', '],
    semicolon: ['；', '; '],
    clause: ['，', ', '],
    note: [(text) => `（${text}）`, (text) => ` (${text})`],
    percent: [(number) => `${number}%`, (number) => `${number} %`],
    yes: ['是', 'yes'],
    no: ['否', 'no'],
    later: [(days) => `推迟 ${days} 天`, (days) => `${days} ${days === 1 ? 'day' : 'days'} later`],
    earlier: [(days) => `提前 ${days} 天`, (days) => `${days} ${days === 1 ? 'day' : 'days'} earlier`],
    dates: ['日期', 'Dates'],
    order: ['顺序有变', 'order changed'],
    reordered: ['顺序有变', 'Order changed'],
    oneChanged: [(name) => `${name} 有修改`, (name) => `${name} changed`],
    andMore: [(count) => `另有 ${count} 项`, (count) => `${count} more`],
    strays: ['不属于任何项目的任务', 'Tasks of no project'],
    rest: ['其他内容', 'The rest'],
    countAdded: [(what) => `新增 ${what}`, (what) => `${what} added`],
    countRemoved: [(what) => `删除 ${what}`, (what) => `${what} deleted`],
    countChanged: [(what) => `修改 ${what}`, (what) => `${what} changed`],
    projects: [(count) => `${count} 个项目`, (count) => `${count} ${count === 1 ? 'project' : 'projects'}`],
    records: [(count) => `${count} 条历史记录`, (count) => `${count} history ${count === 1 ? 'record' : 'records'}`],
    tasks: [(count) => `${count} 个任务`, (count) => `${count} ${count === 1 ? 'task' : 'tasks'}`],
    settingsChanged: ['设置有变', 'settings changed'],
    restChanged: ['其他内容有变', 'other things changed'],
    noDifference: ['没有差别', 'No difference'],
});

const longest = 60; // characters of a value that is shown whole
const context = 12; // characters around what differs in longer ones
const namesMax = 6;

// "2 tasks changed, 1 project added"
export function differencesSummary({ projects, strays, settings, records, reordered, others }) {
    const tasks = [...projects.flatMap((project) => project.tasks), ...strays];
    const counted = [['projects', projects.filter(({ kind }) => kind !== 'same')], ['tasks', tasks]];
    const parts = counted.flatMap(([what, items]) => countsSummary(what, countsOf(items)));
    if (settings.length > 0)
        parts.push(t('settingsChanged'));
    if (records !== null || others.length > 0)
        parts.push(t('restChanged'));
    // Merging orders anew: that is worth a word if there is no other.
    if (parts.length === 0 && reordered.length > 0)
        parts.push(t('reordered'));
    return parts.length > 0 ? parts.join(t('clause')) : t('noDifference');
}

function countsSummary(what, { added, removed, changed }) {
    return [['countChanged', changed], ['countAdded', added], ['countRemoved', removed]]
        .filter(([, count]) => count > 0).map(([text, count]) => t(text, t(what, count)));
}

// All of it: [{ title, tag, lines, rows: [{ title, tag, lines }] }]; a tag is { kind, text } or null.
export function differencesSections({ projects, strays, settings, records, reordered, others }) {
    const sections = projects.map((project) => ({ ...itemRow(project), rows: project.tasks.map(itemRow) }));
    if (strays.length > 0)
        sections.push({ title: t('strays'), tag: null, lines: [], rows: strays.map(itemRow) });
    for (const { collection, items, isReordered } of settings) {
        const lines = isReordered ? [[{ kind: 'note', text: t('reordered') }]] : [];
        sections.push({ title: collectionName(collection), tag: null, lines, rows: items.map(itemRow) });
    }
    const rest = [
        ...reordered.map((collection) => [label(collectionName(collection)), plain(t('colon')), plain(t('order'))]),
        ...(records === null ? [] : countsSummary('records', records).map((text) => [plain(text)])),
        ...others.map((difference) => memberLine(difference, collectionName)),
    ];
    if (rest.length > 0)
        sections.push({ title: t('rest'), tag: null, lines: rest, rows: [] });
    return sections;
}

function itemRow(difference) {
    const { kind, members } = difference;
    const item = difference.after ?? difference.before;
    const isThere = kind === 'changed' || kind === 'same';
    return { title: nameOf(item), tag: tagOf(difference), lines: isThere ? membersLines(members) : itemLines(item) };
}

function tagOf({ kind, from }) {
    if (kind === 'same')
        return null;
    if (from !== undefined)
        return { kind: 'moved', text: from === null ? t('movedIn') : t('movedFrom', nameOf(from)) };
    return { kind, text: t(kind) };
}

// Of what came or went, when and who.
function itemLines(item) {
    const { start, end } = periodOf(item);
    const period = start === null ? '' : dayTexts([start, end]).join(' – ');
    const people = namesOf(item.assignees ?? item.owner).slice(0, namesMax).join(t('comma'));
    const text = [period, people].filter((part) => part !== '').join(' · ');
    return text === '' ? [] : [[{ kind: 'note', text: shortened(text) }]];
}

// A line for each member that differs; both ends of a period that was moved have one together.
export function membersLines(members) {
    const [start, end] = ['startDate', 'endDate'].map((name) => members.find(({ member }) => member === name));
    const shift = shiftOf(start);
    if (shift === null || shift !== shiftOf(end))
        return members.map((difference) => memberLine(difference));
    const days = dayTexts([start.before, end.before, start.after, end.after].map(dayOf));
    const periods = [0, 2].map((index) => days.slice(index, index + 2).join(' – '));
    const moved = changeLine(t('dates'), periods, shiftText(shift));
    return members.filter((difference) => difference !== end)
        .map((difference) => difference === start ? moved : memberLine(difference));
}

function memberLine(difference, named = memberName) {
    const { member, kind } = difference;
    const name = label(named(member));
    switch (kind) {
    case 'order':
        return [name, plain(t('colon')), plain(t('order'))];
    case 'names':
        return [name, plain(t('colon')), ...listed(setWords(difference, (value) => valueText(member, value)))];
    case 'items':
        return [name, plain(t('colon')), ...listed(itemsWords(difference.items))];
    case 'object':
        return objectLine(name, difference);
    default:
        return changeLine(name.text, pairTexts(difference), shiftText(shiftOf(difference)));
    }
}

function changeLine(name, [before, after], note) {
    const words = [label(name), plain(' '), { kind: 'old', text: before }, plain(' → '), { kind: 'new', text: after }];
    return note === '' ? words : [...words, { kind: 'note', text: t('note', note) }];
}

// An object that goes by its name, as types do, is another one when its name is.
function objectLine(name, { before, after, members }) {
    const names = [before, after].map(({ name: own }) => textOf(own));
    if (names[0] !== names[1] && !names.includes(''))
        return changeLine(name.text, shortenedPair(...names), '');
    return [name, plain(t('colon')), ...linesJoined(membersLines(members))];
}

// [[word, …], …], one for each element.
function setWords({ added, removed }, shown) {
    return [
        ...added.map((value) => [{ kind: 'new', text: `+ ${shown(value)}` }]),
        ...removed.map((value) => [{ kind: 'old', text: `− ${shown(value)}` }])];
}

function itemsWords(items) {
    const those = (kind) => items.filter((item) => item.kind === kind);
    const [added, removed] = [those('added').map(({ after }) => after), those('removed').map(({ before }) => before)];
    return [...setWords({ added, removed }, titleOf), ...those('changed').map(({ after, members }) => {
        const text = lineText(linesJoined(membersLines(members)));
        return [plain(t('oneChanged', titleOf(after))), { kind: 'note', text: t('note', text) }];
    })];
}

function listed(elements) {
    const shown = elements.slice(0, namesMax);
    const more = elements.length - shown.length;
    return linesJoined(more > 0 ? [...shown, [{ kind: 'note', text: t('andMore', more) }]] : shown, t('comma'));
}

// Several lines as one.
export function linesJoined(lines, text = t('semicolon')) {
    return lines.flatMap((line, index) => index === 0 ? line : [plain(text), ...line]);
}

export function lineText(line) {
    return line.map(({ text }) => text).join('');
}

// Values.

export function nameOf(item) {
    return shortened(textOf(item.name).trim()) || unnamed();
}

// What an item in a list inside of another goes by: its day, its name, or all of it.
export function titleOf(item) {
    const day = dayOf(item.date);
    if (day !== null)
        return dayTexts([day])[0];
    return textOf(item.name).trim() === '' ? shortened(JSON.stringify(item)) : nameOf(item);
}

// A value of a member by itself, shortened.
export function valueShown(member, value) {
    return shortened(valueText(member, value));
}

function valueText(member, value) {
    if (isNothing(value))
        return t('nothing');
    if (typeof value === 'boolean')
        return t(value ? 'yes' : 'no');
    if (member === 'progress' && isNumeric(value))
        return t('percent', Number(value));
    if (member === 'status' && statuses.includes(value))
        return statusName(value);
    if (dayExactly(value) !== null)
        return dayTexts([dayExactly(value)])[0];
    if (typeof value === 'string')
        return value.replaceAll(/\r?\n/g, ' ↵ ');
    if (Array.isArray(value) && value.every((element) => typeof element === 'string'))
        return value.join(t('comma'));
    return isObject(value) && textOf(value.name) !== '' ? textOf(value.name) : JSON.stringify(value);
}

// Two values of a member, alike in what is left out.
function pairTexts({ member, before, after }) {
    const days = [dayExactly(before), dayExactly(after)];
    if (!days.includes(null))
        return dayTexts(days);
    if (isNothing(before) || isNothing(after))
        return [valueShown(member, before), valueShown(member, after)];
    const shown = shortenedPair(valueText(member, before), valueText(member, after));
    return shown[0] === shown[1] ? shortenedPair(JSON.stringify(before), JSON.stringify(after)) : shown;
}

function isNumeric(value) {
    return (typeof value === 'number' || typeof value === 'string') && Number.isFinite(Number(value)) && value !== '';
}

function dayExactly(value) {
    return typeof value === 'string' && value.length === 10 ? dayOf(value) : null;
}

// With the year where it is not this one.
function dayTexts(days) {
    const year = (day) => dayShown(day, { year: 'numeric' });
    const isNear = days.every((day) => year(day) === year(today()));
    return days.map((day) => dayShown(day, { ...isNear ? {} : { year: 'numeric' }, month: 'short', day: 'numeric' }));
}

// By how many days a date was moved, or null.
function shiftOf(difference) {
    const [before, after] = [dayExactly(difference?.before), dayExactly(difference?.after)];
    return before === null || after === null ? null : after - before;
}

function shiftText(shift) {
    if (shift === null || shift === 0)
        return '';
    return shift > 0 ? t('later', shift) : t('earlier', -shift);
}

function shortened(text) {
    const letters = [...text];
    if (letters.length <= longest)
        return text;
    return `${letters.slice(0, longest - 20).join('')} … ${letters.slice(-20).join('')}`;
}

// Of long texts what differs, with a little of what is the same around it.
function shortenedPair(before, after) {
    const [left, right] = [[...before], [...after]];
    const shorter = Math.min(left.length, right.length);
    if (Math.max(left.length, right.length) <= longest)
        return [before, after];
    let start = 0;
    while (start < shorter && left[start] === right[start])
        start++;
    let end = 0;
    while (end < shorter - start && left.at(-1 - end) === right.at(-1 - end))
        end++;
    return [left, right].map((letters) => excerpt(letters, start, letters.length - end));
}

function excerpt(letters, start, end) {
    const from = start > context + 2 ? start - context : 0;
    const to = end + context + 2 < letters.length ? end + context : letters.length;
    return `${from > 0 ? '…' : ''}${shortened(letters.slice(from, to).join(''))}${to < letters.length ? '…' : ''}`;
}

function label(text) {
    return { kind: 'label', text };
}

function plain(text) {
    return { kind: '', text };
}
