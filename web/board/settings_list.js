// One of the lists in the settings: its lines, what moves and removes them, and a line for a new one.

import { colorOf } from './colors.js';
import { dialogOpen } from './dialog.js';
import { button, childrenSet, element, textSet } from './dom.js';
import { texts } from './language.js';
import { editTold, noticeShow } from './notices.js';
import { planOf, textOf, withItem, withItemMoved, withoutItems } from './plan.js';
import { nameEntry } from './settings_name.js';
import { nameProblem, settingMake } from './settings_plan.js';
import { SettingsRow } from './settings_row.js';
import { collectionName } from './terms.js';

const t = texts({
    taskTypes: ['类型决定任务条的颜色。停用的类型不再供新任务选择，已有任务保持不变。',
        'A type gives tasks a colour. One that is not in use is not offered for new tasks; old ones keep it.'],
    pmos: ['供项目选择的 PMO。重命名会同时更新项目中的姓名。',
        'The PMOs that a project can name. Renaming one renames it in the projects, too.'],
    productManagers: ['供项目选择的产品经理。重命名会同时更新项目中的姓名。',
        'The product managers that a project can name. Renaming one renames it in the projects, too.'],
    noList: ['文档中的这一项不是列表，无法在此修改，内容会原样保留。可导出 JSON，改正后再导入。',
        'In the document this is no list. It cannot be changed here and stays as it is; ' +
        'export the JSON, mend it there and import it.'],
    others: [(count) => `另有 ${count} 个条目格式不符，未显示，会原样保留。`,
        (count) => `${count === 1 ? 'One more entry' : `${count} more entries`} of another form: not shown, and kept.`],
    none: ['还没有条目。', 'None yet.'],
    taskTypesNew: ['新任务类型', 'New task type'],
    pmosNew: ['新 PMO', 'New PMO'],
    productManagersNew: ['新产品经理', 'New product manager'],
    newColor: ['新任务类型的颜色', 'Colour of the new task type'],
    add: ['添加', 'Add'],
    added: [(what) => `添加“${what}”`, (what) => `Added ${what}`],
    moved: [(what) => `调整“${what}”的顺序`, (what) => `Moved ${what}`],
    place: [(what, place, count) => `“${what}”现为第 ${place} 项，共 ${count} 项`,
        (what, place, count) => `${what} is now ${place} of ${count}`],
    deleted: [(what) => `删除“${what}”`, (what) => `Deleted ${what}`],
    deletedNamed: [(what, users) => `已删除“${what}”；${users}仍保留该姓名`,
        (what, users) => `Deleted ${what}; still named by ${users}`],
    last: ['不能删除最后一个类型：列表为空时，服务器会补回六个默认类型。请先添加别的类型；也可以重命名或停用。',
        'The last type cannot be deleted: where there is none, the server puts its six usual types in. ' +
        'Add another one first, or rename this one or take it out of use.'],
    usedTitle: [(what) => `删除类型“${what}”？`, (what) => `Delete the type ${what}?`],
    used: [(users) => `有 ${users}属于该类型。停用后，它不再供新任务选择，这些任务保持不变。`,
        (users) => `It is the type of ${users}. ` +
            'Taken out of use, it is not offered for new tasks, and nothing else changes.'],
    usedDelete: ['删除后，这些任务仍保留类型的名称和颜色，但以后无法再统一修改。',
        'Deleted, the tasks keep its name and colour, but these can no longer be changed for all of them at once.'],
    switchOff: ['停用', 'Take out of use'],
    deleteAnyway: ['仍然删除', 'Delete'],
});

// Colours for new types: those of the six usual types, then others that are told apart from these.
const palette = ['#1890ff', '#52c41a', '#faad14', '#f5222d', '#722ed1', '#13c2c2', '#eb2f96', '#a0d911', '#fa541c',
    '#2f54eb', '#8c6d46', '#607d8b'];

export class SettingsList {
    node;
    #keeper;
    #collection;
    #rows = [];
    #list = element('ul', { class: 'settings-list' });
    #none = element('p', { class: 'detail' }, t('none'));
    #noList = element('p', { class: 'settings-wrong' }, t('noList'));
    #others = element('p', { class: 'settings-wrong' });
    #said = element('p', { class: 'hidden-text', role: 'status' });
    #color = null;      // of the new type
    #name;              // of the new entry
    #form;

    constructor(keeper, collection) {
        this.#keeper = keeper;
        this.#collection = collection;
        this.#form = this.#formMake();
        const heading = element('h2', { id: `settings-${collection}` }, collectionName(collection));
        this.node = element('section', { class: 'card settings-section', 'aria-labelledby': heading.id }, heading,
            element('p', { class: 'detail' }, t(collection)),
            this.#noList, this.#list, this.#none, this.#others, this.#form, this.#said);
        this.#colorOffer();
    }

    #formMake() {
        const label = t(`${this.#collection}New`);
        const presets = element('datalist', { id: 'settings-presets' },
            palette.map((value) => element('option', { value })));
        if (this.#collection === 'taskTypes')
            this.#color = element('input', { type: 'color', list: presets.id, 'aria-label': t('newColor') });
        this.#name = nameEntry({
            placeholder: label, 'aria-label': label, oninput: () => this.#name.problemShow(null),
        });
        return element('form', { class: 'settings-add', novalidate: true, onsubmit: (event) => this.#add(event) },
            this.#color && [this.#color, presets], this.#name.node,
            button({ icon: 'add', text: t('add'), type: 'submit' }));
    }

    update() {
        const { document } = this.#keeper;
        const list = document[this.#collection] ?? [];
        const isUsable = Array.isArray(list);
        const entries = planOf(document)[this.#collection];
        const others = isUsable ? list.length - entries.length : 0;
        this.#noList.hidden = isUsable;
        this.#form.hidden = this.#list.hidden = !isUsable;
        this.#none.hidden = !isUsable || entries.length > 0;
        this.#others.hidden = others === 0;
        textSet(this.#others, t('others', others));
        this.#rowsSet(entries);
    }

    // An entry without an id has another key after each change; its line is then one that has lost its entry.
    #rowsSet(entries) {
        const keys = new Set(entries.map(({ key }) => key));
        const known = new Map(this.#rows.map((row) => [row.entry.key, row]));
        const lost = this.#rows.filter(({ entry }) => !keys.has(entry.key) && !hasId(entry));
        this.#rows = entries.map((entry) => known.get(entry.key) ?? (hasId(entry) ? null : lost.shift()) ??
            new SettingsRow(this.#keeper, this.#collection, this));
        childrenSet(this.#list, this.#rows.map(({ node }) => node));
        this.#rows.forEach((row, index) => row.update(entries[index], index === 0, index === entries.length - 1));
    }

    move(row, step) {
        const { key } = row.entry;
        this.#keeper.edit(t('moved', row.what), (document) => withItemMoved(document, this.#collection, key, step));
        textSet(this.#said, t('place', row.what, this.#rows.indexOf(row) + 1, this.#rows.length));
    }

    remove(row) {
        const isType = this.#collection === 'taskTypes';
        if (isType && this.#rows.length === 1)
            noticeShow(t('last'), { isFailure: true });
        else if (isType && row.users !== '')
            this.#removeAsk(row);
        else
            this.#focusAt(this.#removeNow(row));
    }

    // Of a type that tasks have: taking it out of use is mostly what is meant.
    #removeAsk(row) {
        let place = null;
        const off = { text: t('switchOff'), kind: 'primary', run: () => row.enable(false) };
        const anyway = { text: t('deleteAnyway'), kind: 'danger', run: () => { place = this.#removeNow(row); } };
        dialogOpen({
            title: t('usedTitle', row.what),
            body: [element('p', {}, t('used', row.users)), element('p', {}, t('usedDelete'))],
            buttons: row.entry.item.enabled !== false ? [off, anyway] : [anyway],
            onclose: () => place !== null && this.#focusAt(place),
        });
    }

    // -> the place that the row had.
    #removeNow(row) {
        const { entry, what, users } = row;
        const place = this.#rows.indexOf(row);
        const isNamed = this.#collection !== 'taskTypes' && users !== '';
        editTold(this.#keeper, t('deleted', what), (document) => withoutItems(document, this.#collection, [entry.key]),
            isNamed ? t('deletedNamed', what, users) : undefined);
        return place;
    }

    // Where a row was, the focus goes on to the next one.
    #focusAt(place) {
        const row = this.#rows[Math.min(place, this.#rows.length - 1)];
        if (row !== undefined)
            row.removeFocus();
        else
            this.#name.input.focus();
    }

    #add(event) {
        event.preventDefault();
        const { input, problemShow } = this.#name;
        const name = input.value.trim();
        const problem = nameProblem(this.#keeper.document, this.#collection, null, name);
        problemShow(problem);
        input.focus();
        if (problem !== null)
            return;
        input.value = '';
        const item = settingMake(this.#collection, name, this.#color?.value);
        this.#keeper.edit(t('added', name), (document) => withItem(document, this.#collection, item));
        this.#colorOffer();
    }

    // One of the palette that no type has yet.
    #colorOffer() {
        if (this.#color === null)
            return;
        const used = planOf(this.#keeper.document).taskTypes.map(({ item }) => colorOf(item));
        this.#color.value = palette.find((color) => !used.includes(color)) ?? palette[0];
    }
}

function hasId({ item }) {
    return textOf(item.id) !== '';
}
