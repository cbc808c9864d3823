// The dialog in which a task or a project is edited. It writes the members that the person changed, and no others, to
// the item as it is when it is saved; what others do to the item meanwhile shows in the fields (form_fields.js).

import { dialogOpen } from './dialog.js';
import { element, icon, textSet } from './dom.js';
import { fieldsCheck, fieldsShow, membersWritten, TextField } from './form_fields.js';
import { itemDuplicate, itemRemove } from './item_commands.js';
import { texts } from './language.js';
import { noticeShow } from './notices.js';
import { entryOf, withItem, withMembers } from './plan.js';
import { nameOf } from './terms.js';

const t = texts({
    save: ['保存', 'Save'],
    add: ['新建', 'Add'],
    addAgain: ['重新添加', 'Add it again'],
    duplicate: ['创建副本', 'Duplicate'],
    remove: ['删除', 'Delete'],
    added: [(name) => `新建“${name}”`, (name) => `Added ${name}`],
    edited: [(name) => `修改“${name}”`, (name) => `Changed ${name}`],
    gone: ['他人已将此项删除。可以按这里的内容重新添加。', 'Others have deleted this. You can add it again as it is here.'],
    notThere: ['此项已不存在', 'This is not there any more'],
    discardAsk: ['放弃修改？', 'Discard changes?'],
    discardWhat: ['这里的修改还没有保存。', 'What you changed here is not saved.'],
    discard: ['放弃修改', 'Discard'],
    stay: ['继续编辑', 'Keep editing'],
});

// Edits the item of a key. `form` is { title, fields, body }, the body being the node that holds the fields.
export function itemEdit(keeper, collection, key, form) {
    const entry = entryOf(keeper.document, collection, key);
    if (entry === undefined)
        noticeShow(t('notThere'));
    else
        formOpen(keeper, collection, entry, form);
}

// Adds an item, which begins as `draft`.
export function itemAdd(keeper, collection, draft, form) {
    formOpen(keeper, collection, { key: null, item: draft }, form);
}

// A double click does not ask for two dialogs.
function formOpen(keeper, collection, entry, form) {
    if (document.querySelector('dialog.editor') === null)
        new ItemForm(keeper, collection, entry, form).open();
}

// The fields in columns; where the window is narrow, below each other.
export function columns(...columnsOfFields) {
    return element('div', { class: 'editor-columns' }, columnsOfFields.map((fields) =>
        element('div', { class: 'editor-column' }, fields.map(({ node }) => node))));
}

// Two fields side by side.
export function side(...fields) {
    return { node: element('div', { class: 'editor-side' }, fields.map(({ node }) => node)) };
}

// The field that has the focus at first; but on a phone, its keyboard would cover what there is to read.
export function nameField(isNew) {
    return new TextField('name', { isRequired: true, autofocus: isNew || matchMedia('(pointer: fine)').matches });
}

class ItemForm {
    #keeper;
    #collection;
    #entry;             // as the document had it last
    #form;
    #dialog;
    #isGone = false;    // deleted by others
    #banner = element('div', { class: 'editor-banner', role: 'alert', hidden: true }, icon('warning'), element('span'));

    constructor(keeper, collection, entry, form) {
        this.#keeper = keeper;
        this.#collection = collection;
        this.#entry = entry;
        this.#form = form;
        fieldsShow(form.fields, entry.item);
    }

    get #isNew() {
        return this.#entry.key === null;
    }

    get #isTouched() {
        return this.#form.fields.some(({ isTouched }) => isTouched);
    }

    open() {
        const closed = new AbortController();
        const { signal } = closed;
        this.#dialog = dialogOpen({
            title: this.#form.title, class: 'editor', body: [this.#banner, this.#form.body],
            buttons: [{ text: this.#isNew ? t('add') : t('save'), kind: 'primary', run: () => this.#save() },
                ...this.#isNew ? [] : this.#asides()],
            mayClose: () => this.#mayLeave(() => this.#close()),
            onclose: () => closed.abort(),
        });
        if (!this.#isNew)
            this.#keeper.addEventListener('change', () => this.#arrive(), { signal });
        window.addEventListener('beforeunload', (event) => this.#isTouched && event.preventDefault(), { signal });
    }

    #asides() {
        const run = (command) => command(this.#keeper, this.#collection, this.#entry.key);
        const duplicate = () => {
            this.#close();
            run(itemDuplicate);
        };
        return [
            { text: t('remove'), icon: 'remove', kind: 'danger', isAside: true, run: () => run(itemRemove) },
            { text: t('duplicate'), icon: 'copy', isAside: true, run: () => this.#mayLeave(duplicate) && duplicate() },
        ];
    }

    #close() {
        this.#dialog.node.close();
    }

    // Whether nothing would be lost; else asks, and does what was wanted if the person says so.
    #mayLeave(wanted) {
        if (!this.#isTouched)
            return true;
        dialogOpen({
            title: t('discardAsk'), body: element('p', {}, t('discardWhat')), class: 'editor-question',
            cancel: t('stay'),
            buttons: [{ text: t('discard'), kind: 'danger', run: wanted }],
        });
        return false;
    }

    // -> whether the dialog may close.
    #save() {
        const fault = fieldsCheck(this.#form.fields, this.#isNew);
        if (fault !== null) {
            faultShow(fault);
            return false;
        }
        const members = membersWritten(this.#form.fields);
        const name = nameOf({ ...this.#entry.item, ...members });
        const isAdded = this.#isNew || this.#isGone;
        try {
            this.#keeper.edit(t(isAdded ? 'added' : 'edited', name), (plan) => isAdded ? this.#withAdded(plan, members)
                : withMembers(plan, this.#collection, this.#entry.key, members));
        } catch (error) {
            if (!(error instanceof TypeError))
                throw error;
            this.#bannerSet(error.message);
            return false;
        }
        return true;
    }

    // A project comes back with the tasks that went with it.
    #withAdded(plan, members) {
        const grown = withItem(plan, this.#collection, { ...this.#entry.item, ...members });
        const lost = (this.#entry.tasks ?? []).filter(({ key }) => entryOf(plan, 'tasks', key) === undefined);
        return lost.reduce((sum, { item }) => withItem(sum, 'tasks', item), grown);
    }

    #arrive() {
        const entry = entryOf(this.#keeper.document, this.#collection, this.#entry.key);
        this.#goneSet(entry === undefined);
        if (entry === undefined)
            return;
        this.#entry = entry;
        for (const field of this.#form.fields)
            field.arrive(entry.item[field.member]);
    }

    #goneSet(isGone) {
        this.#isGone = isGone;
        this.#bannerSet(isGone ? t('gone') : '');
        const [save, ...asides] = this.#dialog.choices;
        textSet(save, isGone ? t('addAgain') : t('save'));
        for (const aside of asides)
            aside.disabled = isGone;
    }

    #bannerSet(text) {
        textSet(this.#banner.lastChild, text);
        this.#banner.hidden = text === '';
    }
}

// The control that is at fault can be folded away.
function faultShow(control) {
    for (let details = control.closest('details'); details !== null; details = details.parentNode.closest('details'))
        details.open = true;
    control.focus();
}
