//! The gallery through the server's routes: parts of the page, pictures, links, and change
//! notifications.

mod archive;
mod connections;
#[path = "../store/counting.rs"]
mod counting;
mod downloads;
mod drawn;
mod files;
mod forms;
mod habits;
mod handing;
mod happened;
mod hostile;
mod languages;
mod limits;
mod live;
mod masks;
mod money;
mod parts;
mod people;
mod push;
mod queries;
mod routes;
mod series;
mod sharing;
mod site;
mod toy;
mod visitors;
mod words;
