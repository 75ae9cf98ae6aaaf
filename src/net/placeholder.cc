namespace peregrine::net {}
