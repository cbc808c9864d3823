// What is printed: the plan as a sheet of its own, one table with a bar for each project and task, which pages can be
// cut from. It is made when the browser is about to print, whoever asked for it, and is not seen on the screen. What
// the schedule's filter leaves out is left out here.

import { currentView } from './address.js';
import { colorOf } from './colors.js';
import { dayOf, dayShown, dayText, mondayOf, periodShown, today } from './dates.js';
import { element, shape } from './dom.js';
import { namesShown, percentShown, texts } from './language.js';
import { namesOf, periodOf, periodsSpan, progressOf, projectPeriod, textOf, typeOf } from './plan.js';
import { filterOfAddress, isFiltering, noFilter, planFiltered, typeChoices } from './plan_filter.js';
import { countShown, memberName, nameOf, statusName, statusNode, straysName } from './terms.js';

const t = texts({
    title: ['项目排期', 'Schedule'],
    printed: [(day) => `打印于 ${day}`, (day) => `Printed ${day}`],
    filtered: [(what) => `仅包含符合筛选的内容：${what}`, (what) => `Only what passes the filter: ${what}`],
    nothing: ['没有可打印的项目', 'There is nothing to print'],
    what: ['项目 / 任务', 'Project / task'],
    people: ['人员', 'People'],
    dates: ['日期', 'Dates'],
    today: ['今天', 'Today'],
    types: ['任务类型', 'Task types'],
});

let keeper = null;

// From now on, printing shows the keeper's document.
export function printWatch(itsKeeper) {
    keeper = itsKeeper;
    window.addEventListener('beforeprint', sheetShow);
}

export function sheetPrint() {
    sheetShow();
    window.print();
}

// It stays until the next one: on telephones print() returns, and 'afterprint' comes, before anything is printed.
function sheetShow() {
    document.querySelector('.print-sheet')?.remove();
    if (keeper.document !== null)
        document.body.append(sheetNode(keeper.document, today()));
}

function sheetNode(document, day) {
    const filter = currentView() === 'schedule' ? filterOfAddress() : noFilter;
    const { projects, strays, taskCount } = planFiltered(document, filter);
    const tasks = [...projects.flatMap((group) => group.tasks), ...strays];
    const span = periodsSpan([
        ...projects.map(({ project }) => projectPeriod(project)), ...tasks.map(({ item }) => periodOf(item))]);
    const facts = [t('printed', dayShown(day)), periodShown(span.start, span.end),
        countShown('projects', projects.length), countShown('tasks', taskCount)];
    return element('article', { class: 'print-sheet' },
        element('header', {}, element('h1', {}, t('title')),
            element('p', {}, facts.filter(Boolean).join(' · ')),
            isFiltering(filter) && element('p', {}, t('filtered', filterText(document, filter))),
            legendNode(tasks.map(({ item }) => typeOf(document, item)))),
        projects.length + strays.length === 0 ? element('p', {}, t('nothing'))
            : tableNode(document, projects, strays, axisOf(span, day)));
}

function filterText(document, { search, statuses, types, people }) {
    const typeNames = new Map(typeChoices(document));
    return [[search.trim()], statuses.map(statusName), types.map((type) => typeNames.get(type) ?? type), people]
        .map(namesShown).filter(Boolean).join(' + ');
}

function legendNode(types) {
    const named = types.filter((type) => textOf(type.name) !== '');
    const distinct = new Map(named.map((type) => [textOf(type.name) + colorOf(type), type]));
    return distinct.size > 0 && element('ul', { class: 'print-legend', 'aria-label': t('types') },
        [...distinct.values()].map((type) => element('li', {},
            element('i', { style: { background: colorOf(type) } }), textOf(type.name))));
}

function tableNode(document, projects, strays, axis) {
    const heads = [t('what'), memberName('status'), memberName('progress'), t('people'), t('dates')];
    const widths = ['24%', '8%', '6.5%', '12%', '14%'];
    const groupNode = (head, tasks) =>
        element('tbody', {}, head, tasks.map(({ item }) => taskRow(item, typeOf(document, item), axis)));
    return element('table', {},
        element('colgroup', {}, widths.map((width) => element('col', { style: { width } }))),
        element('thead', {}, element('tr', {}, heads.map((head) => element('th', { scope: 'col' }, head)),
            element('td', {}, scaleNode(axis)))),
        projects.map(({ project, tasks }) => groupNode(projectRow(project, axis), tasks)),
        strays.length > 0 && groupNode(strayRow(), strays));
}

function projectRow(project, axis) {
    const { item } = project;
    return rowNode('print-project', item, {
        name: [element('strong', {}, nameOf(item)), note(item.remark)],
        people: [item.owner, item.productManager, item.pmo].flatMap(namesOf),
        period: projectPeriod(project), color: '#4a5462', axis,
    });
}

function taskRow(task, type, axis) {
    return rowNode('print-task', task, {
        name: [nameOf(task), note(type.name)],
        people: namesOf(task.assignees),
        period: periodOf(task), color: colorOf(type), axis,
    });
}

function note(text) {
    return textOf(text) !== '' && [' ', element('small', {}, textOf(text))];
}

function strayRow() {
    return element('tr', { class: 'print-project' }, element('th', { scope: 'rowgroup', colspan: '6' }, straysName()));
}

function rowNode(kind, item, { name, people, period, color, axis }) {
    return element('tr', { class: kind },
        element('th', { scope: 'row' }, name),
        element('td', {}, statusNode(item)),
        element('td', {}, percentShown(progressOf(item))),
        element('td', {}, namesShown([...new Set(people)])),
        element('td', { class: 'print-period' }, periodShown(period.start, period.end)),
        element('td', { class: 'print-lane' }, linesNode(axis),
            period.start !== null && barNode(item, period, color, axis)));
}

function barNode(item, { start, end }, color, { first, days }) {
    const place = { left: share(start - first, days), width: share(end - start + 1, days) };
    return element('i', { class: 'print-bar', style: { ...place, '--color': color } },
        element('i', { style: { width: share(progressOf(item), 100) } }));
}

// Lines across the bars: by days, weeks, months or years, so that there are some, but not too many.
const scales = [
    { most: 14, next: (day) => day + 1, label: { month: 'numeric', day: 'numeric' } },
    { most: 190, next: (day) => mondayOf(day) + 7, label: { month: 'short', day: 'numeric' } },
    { most: 1100, next: (day) => monthOf(monthOf(day) + 31), label: { year: 'numeric', month: 'short' } },
    { most: Infinity, next: (day) => yearOf(yearOf(day) + 366), label: { year: 'numeric' } },
];
const linesMost = 40;
const labelsMost = 9;

// What the bars are drawn on: `days` from the `first` one, with `lines` where days begin, and today's place, if it is
// among them. No line is where the bars begin.
function axisOf({ start, end }, day) {
    if (start === null)
        return { first: 0, days: 1, lines: [], label: {}, now: null };
    const days = end - start + 1;
    const { next, label } = scales.find(({ most }) => days <= most);
    const lines = [];
    for (let line = next(start); line <= end; line = next(line))
        lines.push(line);
    const now = day >= start && day <= end ? day + 0.5 : null;
    return { first: start, days, lines: thinned(lines, linesMost), label, now };
}

// Documents know no day after the year 9999.
function monthOf(day) {
    return dayOf(`${dayText(day).slice(0, 7)}-01`) ?? Infinity;
}

function yearOf(day) {
    return dayOf(`${dayText(day).slice(0, 4)}-01-01`) ?? Infinity;
}

function thinned(list, most) {
    const step = Math.ceil(list.length / most);
    return list.filter((_, index) => index % step === 0);
}

// A drawing behind the bars of a row. Of backgrounds, thousands of gradients would make a file of many megabytes.
function linesNode({ first, days, lines, now }) {
    const path = (places) => places.map((place) => `M${place - first} 0v1`).join('');
    return shape('svg', {
        class: 'print-lines', viewBox: `0 0 ${days} 1`, preserveAspectRatio: 'none', 'aria-hidden': 'true',
    },
    shape('path', { d: path(lines) }), shape('path', { class: 'print-today', d: path(now === null ? [] : [now]) }));
}

function scaleNode({ first, days, lines, label, now }) {
    const mark = (name, day, text) => element(name, { style: { left: share(day - first, days) } }, text);
    return element('div', { class: 'print-scale' },
        thinned(lines, labelsMost).map((line) => mark('span', line, dayShown(line, label))),
        now !== null && mark('b', now, t('today')));
}

function share(part, whole) {
    return `${(part / whole * 100).toFixed(3)}%`;
}
