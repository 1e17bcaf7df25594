select * from contacts
